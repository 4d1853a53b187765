// All staff by name, with their departments.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AllStaffDocument, type AllStaffQuery } from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { SearchInput } from '#/ui/SearchInput'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'

const PAGE_SIZE = 50

type Row = AllStaffQuery['allStaff']['nodes'][number]

export function AllStaffPage() {
  const { t } = useTranslation('staff')
  const { q } = useSearch({ from: '/shell/staff' })
  const navigate = useNavigate()
  const query = useInfiniteQuery(
    pagesOf(AllStaffDocument, { first: PAGE_SIZE, search: q ?? null }, (d) => d.allStaff.pageInfo),
  )
  const total = query.data?.pages[0]?.allStaff.totalCount
  return (
    <>
      <PageHeader
        title={t('title')}
        text={total === undefined ? t('text') : t('count', { count: total })}
        actions={
          <SearchInput
            label={t('search')}
            value={q ?? ''}
            onChange={(text) =>
              void navigate({ to: '/staff', search: { q: text || undefined }, replace: true })
            }
          />
        }
      />
      <Section flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={12} height={39} />}>
          {(pages) => {
            const rows = pages.flatMap((page) => page.allStaff.nodes)
            if (rows.length > 0) return <StaffTable rows={rows} />
            return q ? (
              <EmptyState title={t('noMatch', { asked: q })} />
            ) : (
              <EmptyState title={t('empty')} text={t('emptyText')} />
            )
          }}
        </Pages>
      </Section>
    </>
  )
}

function StaffTable({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('staff')
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (row) => (
        <Link to="/staff/$id" params={{ id: row.id }}>
          {row.name}
        </Link>
      ),
    },
    {
      key: 'department',
      title: t('departments'),
      render: (row) => row.departments.map((department) => department.name).join('、') || '—',
    },
    { key: 'position', title: t('position'), render: (row) => row.position ?? '—' },
    { key: 'id', title: t('channelId'), wide: true, render: (row) => <code>{row.channelId}</code> },
  ]
  return <Table label={t('title')} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}
