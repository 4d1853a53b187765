// The first administrators of a new archive, by the one-time link that the server printed when it first started:
// one owner, or three among whom the powers are divided.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CompleteSetupDocument,
  type CompleteSetupMutation,
  type SetupRefusal,
} from '#/api/gen/operations'
import { sessionQuery } from '#/lib/access'
import { useEnter } from '#/lib/enter'
import { request } from '#/lib/graphql'
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { setupToken } from '#/lib/setupToken'
import { Answer } from '#/ui/Answer'
import { Door } from '#/ui/Door'
import { FormFault } from '#/ui/Field'
import { Segments } from '#/ui/Segments'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import {
  isChosen,
  isNamed,
  NamedFields,
  NO_PASSWORD,
  NOBODY,
  PasswordFields,
  trimmed,
} from './fields'
import { Invitations } from './Invitations'
import styles from './setup.module.css'

type Made = CompleteSetupMutation['completeSetup']

export function SetupPage() {
  const { t } = useTranslation('setup')
  // Kept above the question whether set-up is needed: the links are shown this once.
  const [made, setMade] = useState<Made | null>(null)
  const query = useQuery(sessionQuery)
  if (made?.viewer) {
    return (
      <Door title={t('invited')} text={t('invitedText')}>
        <Invitations viewer={made.viewer} invitations={made.invitations} />
      </Door>
    )
  }
  return (
    <Door title={t('title')} text={t('text')}>
      <Answer query={query} skeleton={<BlockSkeleton height={320} />}>
        {({ setup }) => {
          const token = setupToken()
          if (!setup.needed) return <Done />
          if (token === null) return <p>{t('noToken')}</p>
          return <SetupForm token={token} onInvited={setMade} />
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

function SetupForm({ token, onInvited }: { token: string; onInvited: (made: Made) => void }) {
  const { t } = useTranslation('setup')
  const errorText = useErrorText()
  const enter = useEnter()
  const [hands, setHands] = useState<'one' | 'three'>('one')
  const [first, setFirst] = useState(NOBODY)
  const [security, setSecurity] = useState(NOBODY)
  const [auditor, setAuditor] = useState(NOBODY)
  const [secret, setSecret] = useState(NO_PASSWORD)
  const divided = hands === 'three'
  const complete = useMutation({
    mutationFn: () => {
      const others = divided ? { security: trimmed(security), auditor: trimmed(auditor) } : null
      const input = { token, ...trimmed(first), password: secret.password, others }
      return request(CompleteSetupDocument, { input })
    },
    onSuccess: ({ completeSetup: answer }) => {
      if (answer.viewer && answer.invitations.length > 0) return onInvited(answer)
      return answer.viewer ? enter(answer.viewer) : undefined
    },
  })
  const refusal = complete.data?.completeSetup.refusal
  const whole = about(refusal, 'LINK_INVALID', 'ALREADY_DONE', 'OTHERS_INVALID')
  const ofLogin = about(refusal, 'LOGIN_INVALID')
  const ofPassword = about(
    refusal,
    'PASSWORD_TOO_SHORT',
    'PASSWORD_TOO_LONG',
    'PASSWORD_COMMON',
    'PASSWORD_PERSONAL',
    'PASSWORD_GUESSABLE',
  )
  const limits = { min: PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX }
  const named = [first, ...(divided ? [security, auditor] : [])].every(isNamed)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        complete.mutate()
      }}
    >
      {whole && <FormFault>{t(`refusal.${whole}`)}</FormFault>}
      {complete.error && <FormFault>{errorText(complete.error)}</FormFault>}
      <div className={styles.hands}>
        <Segments
          label={t('hands')}
          value={hands}
          options={(['one', 'three'] as const).map((value) => ({
            value,
            label: t(`hands.${value}`),
          }))}
          onChange={setHands}
        />
        <p>{t(`hands.${hands}Hint`)}</p>
      </div>
      {divided && <h2 className={styles.role}>{t('you.system')}</h2>}
      <NamedFields
        own
        value={first}
        error={ofLogin && t(`refusal.${ofLogin}`)}
        onChange={setFirst}
      />
      <PasswordFields
        value={secret}
        error={ofPassword && t(`refusal.${ofPassword}`, limits)}
        onChange={setSecret}
      />
      {divided && (
        <>
          <fieldset className={styles.other}>
            <legend>{t('other.security')}</legend>
            <NamedFields value={security} onChange={setSecurity} />
          </fieldset>
          <fieldset className={styles.other}>
            <legend>{t('other.auditor')}</legend>
            <NamedFields value={auditor} onChange={setAuditor} />
          </fieldset>
        </>
      )}
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={complete.isPending}
        disabled={!named || !isChosen(secret)}
      >
        {t('submit')}
      </Button>
    </form>
  )
}
