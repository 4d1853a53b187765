// The newest stamps, to take away with the heads that they are over.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { StampsDocument, type StampsQuery } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Count } from '#/ui/Figures'
import { Section } from '#/ui/Page'
import { Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { toBase64 } from './base64'
import styles from './evidence.module.css'

/** How often they are asked for again, in milliseconds. */
const POLL_MS = 15_000

type Stamp = StampsQuery['stamps'][number]

export function Newest() {
  const { t } = useTranslation('evidence')
  const query = useQuery({ ...queryOf(StampsDocument, {}), refetchInterval: POLL_MS })
  const rows = query.data?.stamps ?? []
  if (rows.length === 0) return null
  return (
    <Section title={t('newest')} text={t('newestText')} flush>
      <Table
        label={t('newest')}
        rows={rows}
        rowKey={(stamp) => stamp.entry}
        columns={[
          { key: 'name', title: t('name'), render: (stamp) => stamp.name },
          {
            key: 'size',
            title: t('size'),
            figures: true,
            render: (stamp) => <Count value={stamp.size} />,
          },
          { key: 'at', title: t('stated'), render: (stamp) => <Time at={stamp.at} form="second" /> },
          {
            key: 'take',
            title: t('take'),
            quiet: true,
            wide: true,
            render: (stamp) => <Take stamp={stamp} />,
          },
        ]}
      />
    </Section>
  )
}

/** The head and the stamp as files, for tools that check them. */
function Take({ stamp }: { stamp: Stamp }) {
  const { t } = useTranslation('evidence')
  const token = stamp.target === 'WITNESS' ? 'cosignature.txt' : 'tsr'
  return (
    <span className={styles.take}>
      <a
        download={`${stamp.size}.checkpoint`}
        href={`data:application/octet-stream;base64,${textToBase64(stamp.note)}`}
      >
        {t('takeHead')}
      </a>
      <a
        download={`${stamp.size}.${token}`}
        href={`data:application/octet-stream;base64,${stamp.token}`}
      >
        {t('takeStamp')}
      </a>
    </span>
  )
}

function textToBase64(text: string): string {
  return toBase64(new TextEncoder().encode(text))
}
