// Signing in. Too many failures lock the form for as long as the server says, counted down.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SignInDocument } from '#/api/gen/operations'
import { sessionQuery, type Viewer } from '#/lib/access'
import { useCountdown } from '#/lib/countdown'
import { useEnter } from '#/lib/enter'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX } from '#/lib/limits'
import { takenChallenge } from '#/lib/signOn'
import { Door } from '#/ui/Door'
import { Field, FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import { PasskeyButton } from './PasskeyButton'
import { ProviderButton, ProviderFault } from './Provider'
import { SecondStep, type Step } from './SecondStep'
import styles from './signin.module.css'

/** The second step that an identity provider left to us; which factors there are is not told on that way. */
function stepOfProvider(): Step | null {
  const challenge = takenChallenge()
  return challenge === null ? null : { challenge, kinds: ['PASSKEY', 'CODE'] }
}

export function SignInPage() {
  const { t } = useTranslation('signin')
  const { t: factor } = useTranslation('factor')
  const { to, refusal } = useSearch({ from: '/signin' })
  const setup = useQuery(sessionQuery).data?.setup
  const version = setup?.version
  const enter = useEnter()
  const [step, setStep] = useState<Step | null>(stepOfProvider)
  const [expired, setExpired] = useState(false)
  const foot = version && <span>{version}</span>
  const entered = (viewer: Viewer) => enter(viewer, to)
  if (step) {
    return (
      <Door title={factor('stepTitle')} foot={foot}>
        <SecondStep
          step={step}
          onEntered={entered}
          onBack={(late) => {
            setStep(null)
            setExpired(late)
          }}
        />
      </Door>
    )
  }
  return (
    <Door title={t('title')} text={t('text')} foot={foot}>
      {refusal && <ProviderFault refusal={refusal} label={setup?.signOn} />}
      {expired && <FormFault>{factor('stepExpired')}</FormFault>}
      <PasswordForm onTry={() => setExpired(false)} onEntered={entered} onStep={setStep} />
      <div className={styles.passkey}>
        <PasskeyButton challenge={null} onEntered={entered} />
      </div>
      {setup?.signOn && <ProviderButton label={setup.signOn} to={to} />}
    </Door>
  )
}

function PasswordForm(props: {
  onTry: () => void
  onEntered: (viewer: Viewer) => Promise<void>
  onStep: (step: Step) => void
}) {
  const { t } = useTranslation('signin')
  const errorText = useErrorText()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const lock = useCountdown()
  const signIn = useMutation({
    mutationFn: () => request(SignInDocument, { input: { login: login.trim(), password } }),
    onMutate: props.onTry,
    onSuccess: ({ signIn: answer }) => {
      if (answer.viewer) return props.onEntered(answer.viewer)
      setPassword('')
      if (answer.challenge) {
        return props.onStep({ challenge: answer.challenge, kinds: answer.secondFactors })
      }
      if (answer.retryAfterSeconds) lock.start(answer.retryAfterSeconds)
    },
  })
  const refusal = signIn.data?.signIn.refusal
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate()
      }}
    >
      {lock.left > 0 && <FormFault>{t('locked', { seconds: lock.left })}</FormFault>}
      {lock.left === 0 && refusal === 'WRONG_CREDENTIALS' && !signIn.isPending && (
        <FormFault>{t('wrong')}</FormFault>
      )}
      {refusal === 'DIRECTORY_SILENT' && !signIn.isPending && <FormFault>{t('silent')}</FormFault>}
      {signIn.error && <FormFault>{errorText(signIn.error)}</FormFault>}
      <Field label={t('login')}>
        {(field) => (
          <Input
            {...field}
            autoFocus
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={NAME_CHARS_MAX}
            size="large"
            value={login}
            onChange={(event) => setLogin(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('password')}>
        {(field) => (
          <Input.Password
            {...field}
            autoComplete="current-password"
            maxLength={PASSWORD_CHARS_MAX}
            size="large"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="primary"
        htmlType="submit"
        aria-label={t('title')}
        size="large"
        block
        loading={signIn.isPending}
        disabled={lock.left > 0 || login.trim() === '' || password === ''}
      >
        {t('title')}
      </Button>
    </form>
  )
}
