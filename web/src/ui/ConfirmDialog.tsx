// The question before a sensitive operation: the password, or a code where there is a second factor.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmIdentityDocument } from '#/api/gen/operations'
import { sessionQuery, useViewer } from '#/lib/access'
import { onConfirm } from '#/lib/confirm'
import { useCountdown } from '#/lib/countdown'
import { request } from '#/lib/graphql'
import { PASSWORD_CHARS_MAX } from '#/lib/limits'
import { providerHref } from '#/lib/signOn'
import { CodeField } from './CodeField'
import styles from './ConfirmDialog.module.css'
import { Field, FormFault } from './Field'
import { useErrorText } from './States'

export function ConfirmDialog() {
  const { t } = useTranslation('factor')
  const [answer, setAnswer] = useState<((confirmed: boolean) => void) | null>(null)
  const content = useRef<HTMLDivElement>(null)
  useEffect(() => onConfirm(() => new Promise<boolean>((resolve) => setAnswer(() => resolve))), [])
  if (!answer) return null
  const close = (confirmed: boolean) => {
    setAnswer(null)
    answer(confirmed)
  }
  return (
    <Modal
      open
      title={t('confirmTitle')}
      onCancel={() => close(false)}
      footer={null}
      width={400}
      // It may stand over another dialog, whose operation it is about.
      zIndex={1_100}
      // The dialog below keeps the focus until this one is open.
      afterOpenChange={(open) => {
        if (open) content.current?.querySelector('input')?.focus()
      }}
    >
      <div ref={content}>
        <ConfirmForm onConfirmed={() => close(true)} />
      </div>
    </Modal>
  )
}

function ConfirmForm({ onConfirmed }: { onConfirmed: () => void }) {
  const { t } = useTranslation('factor')
  const errorText = useErrorText()
  const label = useQuery(sessionQuery).data?.setup.signOn
  const byCode = Boolean(useViewer()?.secondFactor)
  const [recovery, setRecovery] = useState(false)
  const [value, setValue] = useState('')
  const lock = useCountdown()
  const confirm = useMutation({
    mutationFn: () =>
      request(ConfirmIdentityDocument, {
        input: byCode ? { code: value } : { password: value },
      }),
    onSuccess: ({ confirmIdentity: answer }) => {
      if (!answer.refusal) return onConfirmed()
      setValue('')
      if (answer.retryAfterSeconds) lock.start(answer.retryAfterSeconds)
    },
  })
  const refusal = confirm.isPending ? null : confirm.data?.confirmIdentity.refusal
  const wrong = refusal === 'WRONG_CODE' || refusal === 'WRONG_PASSWORD'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      <p className={styles.text}>
        {t(!byCode ? 'confirmPassword' : recovery ? 'recoveryText' : 'confirmCode')}
      </p>
      {lock.left > 0 && <FormFault>{t('locked', { seconds: lock.left })}</FormFault>}
      {confirm.error && <FormFault>{errorText(confirm.error)}</FormFault>}
      {byCode ? (
        <CodeField
          key={String(recovery)}
          label={t(recovery ? 'recoveryCode' : 'code')}
          error={wrong ? t(recovery ? 'recoveryWrong' : 'stepWrong') : null}
          recovery={recovery}
          value={value}
          onChange={setValue}
        />
      ) : (
        <Field label={t('password')} error={wrong ? t('passwordWrong') : null}>
          {(field) => (
            <Input.Password
              {...field}
              autoFocus
              autoComplete="current-password"
              maxLength={PASSWORD_CHARS_MAX}
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
      )}
      {label && !byCode && (
        <p className={styles.text}>
          <a href={providerHref(location.pathname, true)}>{t('confirmWith', { name: label })}</a>
        </p>
      )}
      <div className={styles.foot}>
        {byCode && (
          <Button
            type="link"
            onClick={() => {
              setRecovery(!recovery)
              setValue('')
            }}
          >
            {t(recovery ? 'useApp' : 'useRecovery')}
          </Button>
        )}
        <Button
          type="primary"
          htmlType="submit"
          loading={confirm.isPending}
          disabled={value.trim() === '' || lock.left > 0}
        >
          {t('confirm')}
        </Button>
      </div>
    </form>
  )
}
