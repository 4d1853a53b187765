// The question before a sensitive operation: the password, or a passkey or a code where there is a second factor.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BeginPasskeyConfirmationDocument, ConfirmIdentityDocument } from '#/api/gen/operations'
import { sessionQuery, useViewer } from '#/lib/access'
import { onConfirm } from '#/lib/confirm'
import { useCountdown } from '#/lib/countdown'
import { request } from '#/lib/graphql'
import { PASSWORD_CHARS_MAX } from '#/lib/limits'
import { NoPasskey, signWithPasskey } from '#/lib/passkey'
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
  const { t: passkey } = useTranslation('passkey')
  const errorText = useErrorText()
  const label = useQuery(sessionQuery).data?.setup.signOn
  const viewer = useViewer()
  const byCode = Boolean(viewer?.secondFactor)
  const byPasskey = Boolean(viewer?.passkeys.length)
  const [recovery, setRecovery] = useState(false)
  const [value, setValue] = useState('')
  const lock = useCountdown()
  const confirm = useMutation({
    mutationFn: async (how: 'typed' | 'passkey') => {
      const typed = byCode ? { code: value } : { password: value }
      const input = how === 'typed' ? typed : { passkey: await askForPasskey() }
      return request(ConfirmIdentityDocument, { input })
    },
    onSuccess: ({ confirmIdentity: answer }) => {
      if (!answer.refusal) return onConfirmed()
      setValue('')
      if (answer.retryAfterSeconds) lock.start(answer.retryAfterSeconds)
    },
  })
  const refusal = confirm.isPending ? null : confirm.data?.confirmIdentity.refusal
  const wrong = refusal === 'WRONG_CODE' || refusal === 'WRONG_PASSWORD'
  const fault =
    confirm.error instanceof NoPasskey ? passkey('turnedAway') : errorText(confirm.error)
  const passkeyButton = byPasskey && (
    <Button
      type={byCode ? 'default' : 'primary'}
      block
      autoFocus={!byCode}
      loading={confirm.isPending && confirm.variables === 'passkey'}
      disabled={lock.left > 0}
      onClick={() => confirm.mutate('passkey')}
    >
      {passkey('confirm')}
    </Button>
  )
  const faults = (
    <>
      {lock.left > 0 && <FormFault>{t('locked', { seconds: lock.left })}</FormFault>}
      {confirm.error && <FormFault>{fault}</FormFault>}
      {refusal === 'WRONG_PASSKEY' && <FormFault>{passkey('confirmWrong')}</FormFault>}
    </>
  )
  if (byPasskey && !byCode) {
    return (
      <>
        <p className={styles.text}>{passkey('confirmText')}</p>
        {faults}
        {passkeyButton}
      </>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate('typed')
      }}
    >
      <p className={styles.text}>
        {t(!byCode ? 'confirmPassword' : recovery ? 'recoveryText' : 'confirmCode')}
      </p>
      {faults}
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
          loading={confirm.isPending && confirm.variables === 'typed'}
          disabled={value.trim() === '' || lock.left > 0}
        >
          {t('confirm')}
        </Button>
      </div>
      {passkeyButton && <div className={styles.other}>{passkeyButton}</div>}
    </form>
  )
}

async function askForPasskey(): Promise<string> {
  const { beginPasskeyConfirmation: begun } = await request(BeginPasskeyConfirmationDocument, {})
  return signWithPasskey(begun.options)
}
