// The directory: address, where people are looked for, and what an entry says of them.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  SetSignOnDirectoryDocument,
  type SignOnQuery,
  TestSignOnDirectoryDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { AuthoritiesField, NewUsers, SecretField, SettingsForm, TextField, Toggle } from './parts'

const FIRST = {
  url: '',
  startTls: false,
  authorities: '',
  base: '',
  filter: '(uid={login})',
  bindDn: '',
  loginAttribute: 'uid',
  nameAttribute: 'cn',
  newUsers: null as string | null,
}

export function DirectoryForm({ kept }: { kept: SignOnQuery['signOn']['directory'] }) {
  const { t } = useTranslation('signon')
  const { hasSecret, ...settings } = kept ?? { ...FIRST, hasSecret: false }
  const [values, setValues] = useState<typeof FIRST>({ ...FIRST, ...settings })
  const [secret, setSecret] = useState<string | null>(null)
  const set = (change: Partial<typeof FIRST>) => setValues({ ...values, ...change })
  const input = { ...values, secret }
  return (
    <SettingsForm
      kept={kept !== null}
      save={async () => (await request(SetSignOnDirectoryDocument, { input })).setSignOnDirectory}
      test={async () => (await request(TestSignOnDirectoryDocument, { input })).testSignOnDirectory}
      turnOff={async () =>
        (await request(SetSignOnDirectoryDocument, { input: null })).setSignOnDirectory
      }
      onSaved={() => setSecret(null)}
    >
      <TextField
        label={t('url')}
        hint={t('urlHint')}
        value={values.url}
        onChange={(url) => set({ url })}
      />
      <Toggle
        label={t('startTls')}
        value={values.startTls}
        onChange={(startTls) => set({ startTls })}
      />
      <TextField label={t('base')} value={values.base} onChange={(base) => set({ base })} />
      <TextField
        label={t('filter')}
        hint={t('filterHint')}
        value={values.filter}
        onChange={(filter) => set({ filter })}
      />
      <TextField
        label={t('bindDn')}
        hint={t('bindDnHint')}
        value={values.bindDn}
        onChange={(bindDn) => set({ bindDn })}
      />
      <SecretField label={t('bindSecret')} kept={hasSecret} value={secret} onChange={setSecret} />
      <TextField
        label={t('loginAttribute')}
        value={values.loginAttribute}
        onChange={(loginAttribute) => set({ loginAttribute })}
      />
      <TextField
        label={t('nameAttribute')}
        value={values.nameAttribute}
        onChange={(nameAttribute) => set({ nameAttribute })}
      />
      <NewUsers value={values.newUsers} onChange={(newUsers) => set({ newUsers })} />
      <AuthoritiesField
        value={values.authorities}
        onChange={(authorities) => set({ authorities })}
      />
    </SettingsForm>
  )
}
