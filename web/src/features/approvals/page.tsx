// Approvals: what waits for my yes or no, what I asked for, what was decided.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type ApprovalFilter, ApprovalsDocument } from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { Segments } from '#/ui/Segments'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { ApprovalStatus } from './ApprovalStatus'
import type { Approval } from './preview'
import { useHeading } from './words'

const PAGE_SIZE = 50
const VIEWS = { waiting: 'TO_DECIDE', mine: 'MINE', decided: 'DECIDED' } as const satisfies Record<
  string,
  ApprovalFilter
>
type View = keyof typeof VIEWS

export function ApprovalsPage() {
  const { t } = useTranslation('approvals')
  const { view = 'waiting' } = useSearch({ from: '/shell/approvals' })
  const navigate = useNavigate()
  const query = useInfiniteQuery({
    ...pagesOf(
      ApprovalsDocument,
      { filter: VIEWS[view], first: PAGE_SIZE },
      (data) => data.approvals.pageInfo,
    ),
    staleTime: 0,
  })
  const options = (Object.keys(VIEWS) as View[]).map((value) => ({
    value,
    label: t(`view.${value}`),
  }))
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <Segments
            label={t('view')}
            value={view}
            options={options}
            onChange={(next) => void navigate({ to: '/approvals', search: { view: next } })}
          />
        }
      />
      <Section flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={6} height={39} />}>
          {(pages) => {
            const rows = pages.flatMap((page) => page.approvals.nodes)
            return rows.length > 0 ? (
              <Approvals rows={rows} />
            ) : (
              <EmptyState title={t(`empty.${view}`)} text={t('emptyText')} />
            )
          }}
        </Pages>
      </Section>
    </>
  )
}

function Approvals({ rows }: { rows: Approval[] }) {
  const { t } = useTranslation('approvals')
  const heading = useHeading()
  const columns: Column<Approval>[] = [
    {
      key: 'what',
      title: t('what'),
      render: (row) => (
        <Link to="/approvals/$id" params={{ id: row.id }}>
          {heading(row)}
        </Link>
      ),
    },
    { key: 'asker', title: t('asker'), render: (row) => row.asked.name ?? '—' },
    { key: 'state', title: t('state'), render: (row) => <ApprovalStatus state={row.state} /> },
    { key: 'at', title: t('askedAt'), wide: true, render: (row) => <Time at={row.asked.at} /> },
    { key: 'until', title: t('until'), wide: true, render: (row) => <Time at={row.expiresAt} /> },
  ]
  return <Table label={t('title')} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}
