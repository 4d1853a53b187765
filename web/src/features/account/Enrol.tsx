// Enrolling an authenticator app: its secret, its first code, and then the recovery codes, each shown once.
import { useMutation } from '@tanstack/react-query'
import { Button, QRCode } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type BeginEnrolmentMutation, ConfirmEnrolmentDocument } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { CodeField } from '#/ui/CodeField'
import { CopyText } from '#/ui/CopyText'
import { FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import { QR_GROUND, QR_INK } from '#/ui/theme'
import styles from './account.module.css'
import { RecoveryCodes } from './RecoveryCodes'

export type Begun = BeginEnrolmentMutation['beginEnrolment']

/** Side of the QR code in CSS pixels: phones read it from a hand's distance. */
const QR_SIZE = 176

export function Enrol(props: {
  begun: Begun
  /** The app is enrolled and the codes are shown: nothing may be lost by a stray press now. */
  onEnrolled?: () => void
  onDone: () => void
}) {
  const { t } = useTranslation('factor')
  const errorText = useErrorText()
  const [code, setCode] = useState('')
  const confirm = useMutation({
    mutationFn: () => request(ConfirmEnrolmentDocument, { input: { code } }),
    onSuccess: ({ confirmEnrolment: answer }) => {
      if (answer.recoveryCodes) props.onEnrolled?.()
    },
  })
  const answer = confirm.data?.confirmEnrolment
  if (answer?.recoveryCodes) {
    return <RecoveryCodes codes={answer.recoveryCodes} onDone={props.onDone} />
  }
  const refusal = confirm.isPending ? null : answer?.refusal
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      {confirm.error && <FormFault>{errorText(confirm.error)}</FormFault>}
      {refusal === 'NOT_BEGUN' && <FormFault>{t('refusal.NOT_BEGUN')}</FormFault>}
      <p>{t('scan')}</p>
      <div className={styles.qr} role="img" aria-label={t('qr')}>
        <div aria-hidden="true">
          <QRCode
            type="svg"
            value={props.begun.uri}
            size={QR_SIZE}
            // Cameras want dark on light, whatever the theme.
            color={QR_INK}
            bgColor={QR_GROUND}
            bordered={false}
            marginSize={2}
          />
        </div>
      </div>
      <p>{t('typed')}</p>
      <CopyText block text={props.begun.secret} label={t('secret')} />
      <div className={styles.code}>
        <CodeField
          label={t('code')}
          hint={t('codeHint')}
          error={refusal === 'WRONG_CODE' ? t('refusal.WRONG_CODE') : null}
          value={code}
          onChange={setCode}
        />
      </div>
      <div className={styles.close}>
        <Button
          type="primary"
          htmlType="submit"
          loading={confirm.isPending}
          disabled={code.trim() === ''}
        >
          {t('confirm')}
        </Button>
      </div>
    </form>
  )
}
