// Signing in with a passkey: alone, or as the second step after the password.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { BeginPasskeySignInDocument, SignInWithPasskeyDocument } from '#/api/gen/operations'
import { sessionQuery, type Viewer } from '#/lib/access'
import { useCountdown } from '#/lib/countdown'
import { request } from '#/lib/graphql'
import { NoPasskey, passkeysWork, signWithPasskey } from '#/lib/passkey'
import { FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'

async function signIn(challenge: string | null) {
  const { beginPasskeySignIn: begun } = await request(BeginPasskeySignInDocument, {
    input: { challenge },
  })
  if (!begun.options) return { viewer: null, refusal: begun.refusal, retryAfterSeconds: null }
  const credential = await signWithPasskey(begun.options)
  return (await request(SignInWithPasskeyDocument, { input: { credential } })).signInWithPasskey
}

/** Nothing where this page cannot use passkeys. */
export function PasskeyButton(props: {
  challenge: string | null
  primary?: boolean
  onEntered: (viewer: Viewer) => unknown
  onExpired?: () => void
}) {
  const { t } = useTranslation('passkey')
  const errorText = useErrorText()
  const lock = useCountdown()
  const domain = useQuery(sessionQuery).data?.setup.passkeyDomain
  const enter = useMutation({
    mutationFn: () => signIn(props.challenge),
    onSuccess: (answer) => {
      if (answer.viewer) return props.onEntered(answer.viewer)
      if (answer.refusal === 'CHALLENGE_INVALID') return props.onExpired?.()
      if (answer.retryAfterSeconds) lock.start(answer.retryAfterSeconds)
    },
  })
  if (!passkeysWork(domain)) return null
  const fault = enter.error instanceof NoPasskey ? t('turnedAway') : errorText(enter.error)
  return (
    <>
      {lock.left > 0 && <FormFault>{t('locked', { seconds: lock.left })}</FormFault>}
      {lock.left === 0 && !enter.isPending && enter.data?.refusal === 'NOT_ACCEPTED' && (
        <FormFault>{t('notAccepted')}</FormFault>
      )}
      {enter.error && <FormFault>{fault}</FormFault>}
      <Button
        type={props.primary ? 'primary' : 'default'}
        size="large"
        block
        loading={enter.isPending}
        disabled={lock.left > 0}
        onClick={() => enter.mutate()}
      >
        {t('signIn')}
      </Button>
    </>
  )
}
