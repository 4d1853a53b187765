// The second step of signing in: a passkey, six digits of the authenticator app, or a recovery code.
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SecondFactorKind, SignInSecondFactorDocument } from '#/api/gen/operations'
import type { Viewer } from '#/lib/access'
import { useCountdown } from '#/lib/countdown'
import { request } from '#/lib/graphql'
import { CodeField } from '#/ui/CodeField'
import { FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import { PasskeyButton } from './PasskeyButton'
import styles from './signin.module.css'

/** What the second step takes. */
export type Step = { challenge: string; kinds: SecondFactorKind[] }

type Props = {
  step: Step
  onEntered: (viewer: Viewer) => void
  /** Back to the password; `expired` where the server no longer knows the challenge. */
  onBack: (expired: boolean) => void
}

export function SecondStep(props: Props) {
  const { challenge, kinds } = props.step
  const byCode = kinds.includes('CODE')
  return (
    <>
      {kinds.includes('PASSKEY') && (
        <div className={styles.passkey}>
          <PasskeyButton
            challenge={challenge}
            primary={!byCode}
            onEntered={props.onEntered}
            onExpired={() => props.onBack(true)}
          />
        </div>
      )}
      {byCode ? <CodeStep {...props} /> : <PasskeyOnly onBack={() => props.onBack(false)} />}
    </>
  )
}

function PasskeyOnly({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation('factor')
  const { t: passkey } = useTranslation('passkey')
  return (
    <>
      <p>{passkey('stepText')}</p>
      <div className={styles.others}>
        <Button type="link" onClick={onBack}>
          {t('stepBack')}
        </Button>
      </div>
    </>
  )
}

function CodeStep(props: Props) {
  const { t } = useTranslation('factor')
  const errorText = useErrorText()
  const [recovery, setRecovery] = useState(false)
  const [code, setCode] = useState('')
  const lock = useCountdown()
  const signIn = useMutation({
    mutationFn: () =>
      request(SignInSecondFactorDocument, { input: { challenge: props.step.challenge, code } }),
    onSuccess: ({ signInSecondFactor: answer }) => {
      if (answer.viewer) return props.onEntered(answer.viewer)
      if (answer.refusal === 'CHALLENGE_INVALID') return props.onBack(true)
      setCode('')
      if (answer.retryAfterSeconds) lock.start(answer.retryAfterSeconds)
    },
  })
  const wrong = !signIn.isPending && signIn.data?.signInSecondFactor.refusal === 'WRONG_CODE'
  const other = () => {
    setRecovery(!recovery)
    setCode('')
    signIn.reset()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate()
      }}
    >
      {lock.left > 0 && <FormFault>{t('locked', { seconds: lock.left })}</FormFault>}
      {signIn.error && <FormFault>{errorText(signIn.error)}</FormFault>}
      <CodeField
        // Another field for another kind of code: it takes the focus, and phones show the right keys.
        key={String(recovery)}
        large
        label={t(recovery ? 'recoveryCode' : 'code')}
        hint={t(recovery ? 'recoveryText' : 'stepText')}
        error={wrong ? t(recovery ? 'recoveryWrong' : 'stepWrong') : null}
        recovery={recovery}
        value={code}
        onChange={setCode}
      />
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={signIn.isPending}
        disabled={lock.left > 0 || code.trim() === ''}
      >
        {t('stepSubmit')}
      </Button>
      <div className={styles.others}>
        <Button type="link" onClick={other}>
          {t(recovery ? 'useApp' : 'useRecovery')}
        </Button>
        <Button type="link" onClick={() => props.onBack(false)}>
          {t('stepBack')}
        </Button>
      </div>
    </form>
  )
}
