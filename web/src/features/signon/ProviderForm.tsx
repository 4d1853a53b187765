// The identity provider: issuer, client, claim, and what it vouches for.
import { useTranslation } from 'react-i18next'
import {
  SetSignOnProviderDocument,
  type SignOnQuery,
  TestSignOnProviderDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { CopyText } from '#/ui/CopyText'
import { type SystemField, SystemForm } from './SystemForm'
import styles from './signon.module.css'

const FIRST = {
  issuer: '',
  clientId: '',
  scopes: 'profile email',
  loginClaim: 'preferred_username',
  authorities: '',
  label: '',
  checksFactor: false,
  newUsers: null as string | null,
}

const FIELDS: SystemField<typeof FIRST>[] = [
  { text: 'label', hint: 'labelHint' },
  { text: 'issuer', hint: 'issuerHint' },
  { text: 'clientId' },
  { secret: 'clientSecret' },
  { text: 'scopes', hint: 'scopesHint' },
  { text: 'loginClaim', hint: 'loginClaimHint' },
  { toggle: 'checksFactor' },
]

export function ProviderForm({ kept }: { kept: SignOnQuery['signOn']['provider'] }) {
  const { t } = useTranslation('signon')
  return (
    <SystemForm
      kept={kept}
      first={FIRST}
      fields={FIELDS}
      set={async (input) => (await request(SetSignOnProviderDocument, { input })).setSignOnProvider}
      test={async (input) =>
        (await request(TestSignOnProviderDocument, { input })).testSignOnProvider
      }
    >
      <div className={styles.line}>
        <span>{t('redirect')}</span>
        <CopyText label={t('redirect')} text={`${window.location.origin}/signin/oidc/callback`} />
      </div>
    </SystemForm>
  )
}
