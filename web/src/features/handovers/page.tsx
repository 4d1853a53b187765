// Handovers: those that the viewer sees to, and the forms on which the viewer gives or takes.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import {
  type HandoverState,
  HandoversDocument,
  type HandoversQuery,
  OwnHandoverFormsDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { pagesOf } from '#/lib/query'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { Status, type Tone } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { BeginForm } from './BeginForm'
import { FormTable } from './FormTable'

const PAGE_SIZE = 50

type Row = HandoversQuery['handovers']['nodes'][number]

export const TONES: Record<HandoverState, Tone> = {
  OPEN: 'busy',
  CARRIED_OUT: 'warn',
  CLOSED: 'good',
  CANCELLED: 'quiet',
}

export function HandoversPage() {
  const { t } = useTranslation('handovers')
  const can = useCan()
  const { staff } = useSearch({ from: '/shell/handovers' })
  const navigate = useNavigate()
  const manages = can('MANAGE_PEOPLE')
  return (
    <>
      <PageHeader title={t('title')} text={t(manages ? 'text' : 'textOwn')} />
      {manages && <All />}
      {can('READ_DIRECTORY') && <OwnForms quiet={manages} />}
      {manages && staff && (
        <BeginForm staff={staff} onClose={() => void navigate({ to: '/handovers', search: {} })} />
      )}
    </>
  )
}

function All() {
  const { t } = useTranslation('handovers')
  const query = useInfiniteQuery(
    pagesOf(HandoversDocument, { first: PAGE_SIZE }, (d) => d.handovers.pageInfo),
  )
  return (
    <Section title={t('all')} text={query.data?.pages[0]?.handovers.totalCount} flush>
      <Pages query={query} skeleton={<RowsSkeleton rows={4} />}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.handovers.nodes)
          if (rows.length > 0) return <HandoverTable rows={rows} />
          return <EmptyState title={t('empty')} text={t('emptyText')} />
        }}
      </Pages>
    </Section>
  )
}

function HandoverTable({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('handovers')
  const columns: Column<Row>[] = [
    {
      key: 'leaver',
      title: t('leaver'),
      render: (row) => (
        <Link to="/handovers/$id" params={{ id: row.id }}>
          {row.leaver?.name ?? row.id}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      render: (row) => <Status tone={TONES[row.state]}>{t(`state.${row.state}`)}</Status>,
    },
    {
      key: 'suspended',
      title: t('suspension'),
      render: (row) => (row.suspendedAt ? <Time at={row.suspendedAt} /> : t('notSuspended')),
    },
    {
      key: 'customers',
      title: t('customers'),
      figures: true,
      render: (row) => row.customers ?? '—',
    },
    {
      key: 'begun',
      title: t('begun'),
      wide: true,
      render: (row) => (
        <>
          <Time at={row.begunAt} /> <span className="muted">{row.begunBy}</span>
        </>
      ),
    },
  ]
  return <Table label={t('all')} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}

/** The forms of the viewer; nothing where there are none and the page has something else to show. */
function OwnForms({ quiet }: { quiet: boolean }) {
  const { t } = useTranslation('handovers')
  const query = useInfiniteQuery(
    pagesOf(OwnHandoverFormsDocument, { first: PAGE_SIZE }, (d) => d.ownHandoverForms.pageInfo),
  )
  if (quiet && query.data?.pages[0]?.ownHandoverForms.totalCount === 0) return null
  return (
    <Section title={t('ownForms')} flush>
      <Pages query={query} skeleton={<RowsSkeleton rows={2} />}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.ownHandoverForms.nodes)
          if (rows.length > 0) return <FormTable label={t('ownForms')} rows={rows} />
          return <EmptyState title={t('noForms')} text={t('noFormsText')} />
        }}
      </Pages>
    </Section>
  )
}
