// An administrator who was made at set-up chooses a password, by a link that is good once.
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AcceptInvitationDocument } from '#/api/gen/operations'
import { useEnter } from '#/lib/enter'
import { request } from '#/lib/graphql'
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { setupToken } from '#/lib/setupToken'
import { Door } from '#/ui/Door'
import { FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import { isChosen, NO_PASSWORD, PasswordFields } from './fields'

export function InvitationPage() {
  const { t } = useTranslation('setup')
  const token = setupToken()
  return (
    <Door title={t('invitation')} text={t('invitationText')}>
      {token === null ? (
        <>
          <p>{t('invitationNoToken')}</p>
          <p>
            <Link to="/signin">{t('signIn')}</Link>
          </p>
        </>
      ) : (
        <InvitationForm token={token} />
      )}
    </Door>
  )
}

function InvitationForm({ token }: { token: string }) {
  const { t } = useTranslation('setup')
  const errorText = useErrorText()
  const enter = useEnter()
  const [secret, setSecret] = useState(NO_PASSWORD)
  const accept = useMutation({
    mutationFn: () =>
      request(AcceptInvitationDocument, { input: { token, password: secret.password } }),
    onSuccess: ({ acceptInvitation: { viewer } }) => (viewer ? enter(viewer) : undefined),
  })
  const refusal = accept.data?.acceptInvitation.refusal ?? null
  const limits = { min: PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX }
  const isLink = refusal === 'LINK_INVALID'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        accept.mutate()
      }}
    >
      {isLink && <FormFault>{t('invitationInvalid')}</FormFault>}
      {accept.error && <FormFault>{errorText(accept.error)}</FormFault>}
      <PasswordFields
        value={secret}
        error={refusal && !isLink ? t(`refusal.${refusal}`, limits) : null}
        onChange={setSecret}
      />
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={accept.isPending}
        disabled={!isChosen(secret)}
      >
        {t('invitationSubmit')}
      </Button>
    </form>
  )
}
