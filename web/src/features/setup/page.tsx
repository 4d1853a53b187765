// The first administrator of a new archive, by the one-time link that the server printed when it first started.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CompleteSetupDocument, type SetupRefusal } from '#/api/gen/operations'
import { sessionQuery } from '#/lib/access'
import { useEnter } from '#/lib/enter'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { setupToken } from '#/lib/setupToken'
import { Answer } from '#/ui/Answer'
import { Door } from '#/ui/Door'
import { Field, FormFault } from '#/ui/Field'
import { BlockSkeleton, useErrorText } from '#/ui/States'

export function SetupPage() {
  const { t } = useTranslation('setup')
  return (
    <Door title={t('title')} text={t('text')}>
      <Answer query={useQuery(sessionQuery)} skeleton={<BlockSkeleton height={320} />}>
        {({ setup }) => {
          const token = setupToken()
          if (!setup.needed) return <Done />
          return token === null ? <p>{t('noToken')}</p> : <SetupForm token={token} />
        }}
      </Answer>
    </Door>
  )
}

function Done() {
  const { t } = useTranslation('setup')
  return (
    <>
      <p>{t('done')}</p>
      <p>
        <Link to="/signin">{t('signIn')}</Link>
      </p>
    </>
  )
}

/** Which field a refusal is about. */
function about(
  refusal: SetupRefusal | null | undefined,
  ...of: SetupRefusal[]
): SetupRefusal | null {
  return refusal && of.includes(refusal) ? refusal : null
}

function SetupForm({ token }: { token: string }) {
  const { t } = useTranslation('setup')
  const errorText = useErrorText()
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const enter = useEnter()
  const complete = useMutation({
    mutationFn: () => {
      const input = { token, login: login.trim(), name: name.trim(), password }
      return request(CompleteSetupDocument, { input })
    },
    onSuccess: ({ completeSetup: answer }) => (answer.viewer ? enter(answer.viewer) : undefined),
  })
  const refusal = complete.data?.completeSetup.refusal
  const whole = about(refusal, 'LINK_INVALID', 'ALREADY_DONE')
  const ofLogin = about(refusal, 'LOGIN_INVALID')
  const ofPassword = about(
    refusal,
    'PASSWORD_TOO_SHORT',
    'PASSWORD_TOO_LONG',
    'PASSWORD_COMMON',
    'PASSWORD_PERSONAL',
    'PASSWORD_GUESSABLE',
  )
  const differs = again !== '' && again !== password
  const limits = { min: PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        complete.mutate()
      }}
    >
      {whole && <FormFault>{t(`refusal.${whole}`)}</FormFault>}
      {complete.error && <FormFault>{errorText(complete.error)}</FormFault>}
      <Field label={t('name')}>
        {(field) => (
          <Input
            {...field}
            autoFocus
            autoComplete="name"
            maxLength={NAME_CHARS_MAX}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('login')} hint={t('loginHint')} error={ofLogin && t(`refusal.${ofLogin}`)}>
        {(field) => (
          <Input
            {...field}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={NAME_CHARS_MAX}
            value={login}
            onChange={(event) => setLogin(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('password')}
        hint={t('passwordHint', limits)}
        error={ofPassword && t(`refusal.${ofPassword}`, limits)}
      >
        {(field) => (
          <Input.Password
            {...field}
            autoComplete="new-password"
            maxLength={PASSWORD_CHARS_MAX}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('again')} error={differs ? t('differs') : null}>
        {(field) => (
          <Input.Password
            {...field}
            autoComplete="new-password"
            maxLength={PASSWORD_CHARS_MAX}
            value={again}
            onChange={(event) => setAgain(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={complete.isPending}
        disabled={
          login.trim() === '' ||
          name.trim() === '' ||
          password.length < PASSWORD_CHARS_MIN ||
          again !== password
        }
      >
        {t('submit')}
      </Button>
    </form>
  )
}
