// The directory: address, where people are looked for, and what an entry says of them.
import {
  SetSignOnDirectoryDocument,
  type SignOnQuery,
  TestSignOnDirectoryDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { type SystemField, SystemForm } from './SystemForm'

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

const FIELDS: SystemField<typeof FIRST>[] = [
  { text: 'url', hint: 'urlHint' },
  { toggle: 'startTls' },
  { text: 'base' },
  { text: 'filter', hint: 'filterHint' },
  { text: 'bindDn', hint: 'bindDnHint' },
  { secret: 'bindSecret' },
  { text: 'loginAttribute' },
  { text: 'nameAttribute' },
]

export function DirectoryForm({ kept }: { kept: SignOnQuery['signOn']['directory'] }) {
  return (
    <SystemForm
      kept={kept}
      first={FIRST}
      fields={FIELDS}
      set={async (input) =>
        (await request(SetSignOnDirectoryDocument, { input })).setSignOnDirectory
      }
      test={async (input) =>
        (await request(TestSignOnDirectoryDocument, { input })).testSignOnDirectory
      }
    />
  )
}
