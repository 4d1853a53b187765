// All customers by name, narrowed by a part of a name.

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { CustomersDocument, type CustomersQuery } from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { useListed } from '#/ui/listed'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { SearchInput } from '#/ui/SearchInput'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import styles from './page.module.css'
import { Tags } from './Tags'

const PAGE_SIZE = 50

type Row = CustomersQuery['customers']['nodes'][number]

export function CustomersPage() {
  const { t } = useTranslation('customers')
  const { q } = useSearch({ from: '/shell/customers' })
  const navigate = useNavigate()
  const query = useInfiniteQuery(
    pagesOf(
      CustomersDocument,
      { first: PAGE_SIZE, search: q ?? null },
      (d) => d.customers.pageInfo,
    ),
  )
  const total = query.data?.pages[0]?.customers.totalCount
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
              void navigate({ to: '/customers', search: { q: text || undefined }, replace: true })
            }
          />
        }
      />
      <Section flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={12} height={39} />}>
          {(pages) => {
            const rows = pages.flatMap((page) => page.customers.nodes)
            return rows.length === 0 ? <NoCustomers asked={q} /> : <CustomerTable rows={rows} />
          }}
        </Pages>
      </Section>
    </>
  )
}

function NoCustomers({ asked }: { asked: string | undefined }) {
  const { t } = useTranslation('customers')
  return asked ? (
    <EmptyState title={t('noMatch', { asked })} text={t('noMatchText')} />
  ) : (
    <EmptyState title={t('empty')} text={t('emptyText')} />
  )
}

function CustomerTable({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('customers')
  const listed = useListed()
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (row) => (
        <Link
          to="/customers/$id"
          params={{ id: row.id }}
          className={row.listed ? '' : styles.unlisted}
        >
          {row.name}
        </Link>
      ),
    },
    {
      key: 'staff',
      title: t('followers'),
      render: (row) =>
        listed(row.followers.flatMap((one) => (one.staff ? [one.staff.name] : []))) || '—',
    },
    {
      key: 'tags',
      title: t('tags'),
      wide: true,
      render: (row) => <Tags tags={row.followers.flatMap((f) => f.tags)} />,
    },
    {
      key: 'last',
      title: t('lastContact'),
      figures: true,
      render: (row) => (row.lastContactAt ? <Time at={row.lastContactAt} form="day" /> : '—'),
    },
  ]
  return <Table label={t('title')} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}
