// The identity provider: issuer, client, claim, and what it vouches for.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  SetSignOnProviderDocument,
  type SignOnQuery,
  TestSignOnProviderDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { CopyText } from '#/ui/CopyText'
import { AuthoritiesField, NewUsers, SecretField, SettingsForm, TextField, Toggle } from './parts'
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

export function ProviderForm({ kept }: { kept: SignOnQuery['signOn']['provider'] }) {
  const { t } = useTranslation('signon')
  const { hasSecret, ...settings } = kept ?? { ...FIRST, hasSecret: false }
  const [values, setValues] = useState<typeof FIRST>({ ...FIRST, ...settings })
  const [secret, setSecret] = useState<string | null>(null)
  const set = (change: Partial<typeof FIRST>) => setValues({ ...values, ...change })
  const input = { ...values, secret }
  return (
    <SettingsForm
      kept={kept !== null}
      save={async () => (await request(SetSignOnProviderDocument, { input })).setSignOnProvider}
      test={async () => (await request(TestSignOnProviderDocument, { input })).testSignOnProvider}
      turnOff={async () =>
        (await request(SetSignOnProviderDocument, { input: null })).setSignOnProvider
      }
      onSaved={() => setSecret(null)}
    >
      <div className={styles.line}>
        <span>{t('redirect')}</span>
        <CopyText label={t('redirect')} text={`${window.location.origin}/signin/oidc/callback`} />
      </div>
      <TextField
        label={t('label')}
        hint={t('labelHint')}
        value={values.label}
        onChange={(label) => set({ label })}
      />
      <TextField
        label={t('issuer')}
        hint={t('issuerHint')}
        value={values.issuer}
        onChange={(issuer) => set({ issuer })}
      />
      <TextField
        label={t('clientId')}
        value={values.clientId}
        onChange={(clientId) => set({ clientId })}
      />
      <SecretField label={t('clientSecret')} kept={hasSecret} value={secret} onChange={setSecret} />
      <TextField
        label={t('scopes')}
        hint={t('scopesHint')}
        value={values.scopes}
        onChange={(scopes) => set({ scopes })}
      />
      <TextField
        label={t('loginClaim')}
        hint={t('loginClaimHint')}
        value={values.loginClaim}
        onChange={(loginClaim) => set({ loginClaim })}
      />
      <NewUsers value={values.newUsers} onChange={(newUsers) => set({ newUsers })} />
      <Toggle
        label={t('checksFactor')}
        value={values.checksFactor}
        onChange={(checksFactor) => set({ checksFactor })}
      />
      <AuthoritiesField
        value={values.authorities}
        onChange={(authorities) => set({ authorities })}
      />
    </SettingsForm>
  )
}
