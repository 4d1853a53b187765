// Forms in a table: from whom, to whom, and who has signed.

import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { HandoverFormPartsFragment } from '#/api/gen/operations'
import { useListed } from '#/ui/listed'
import { Status } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'

type Row = HandoverFormPartsFragment

export function FormTable({ label, rows }: { label: string; rows: Row[] }) {
  const { t } = useTranslation('handovers')
  const listed = useListed()
  const columns: Column<Row>[] = [
    {
      key: 'successor',
      title: t('successor'),
      render: (row) => (
        <Link to="/handovers/forms/$id" params={{ id: row.id }}>
          {t('fromTo', { from: row.leaver?.name ?? '—', to: row.successor?.name ?? '—' })}
        </Link>
      ),
    },
    {
      key: 'signed',
      title: t('signatures'),
      render: (row) => (
        <Status tone={row.complete ? 'good' : 'warn'}>
          {row.complete
            ? t('complete')
            : row.signatures.length > 0
              ? t('halfSigned', { name: listed(row.signatures.map((one) => one.name)) })
              : t('unsigned')}
        </Status>
      ),
    },
    { key: 'customers', title: t('customers'), figures: true, render: (row) => row.customers },
    {
      key: 'made',
      title: t('carriedOut'),
      wide: true,
      render: (row) => <Time at={row.madeAt} form="day" />,
    },
  ]
  return <Table label={label} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}
