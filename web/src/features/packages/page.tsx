// The packages that were asked for, newest first.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PackagesDocument, type PackagesQuery } from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { Count } from '#/ui/Figures'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import styles from './packages.module.css'
import { isOpen, PackageStateWord } from './state'

const PAGE_SIZE = 50
/** How often the list is asked for again while a package in it is on its way, in milliseconds. */
const POLL_MS = 2_000

type Row = PackagesQuery['packages']['nodes'][number]

export function PackagesPage() {
  const { t } = useTranslation('packages')
  const query = useInfiniteQuery({
    ...pagesOf(PackagesDocument, { first: PAGE_SIZE }, (data) => data.packages.pageInfo),
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.packages.nodes.some((row) => isOpen(row.state)))
        ? POLL_MS
        : false,
  })
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <div className={styles.actions}>
            <Link to="/packages/new">{t('new')}</Link>
            <Link to="/packages/verify">{t('verify')}</Link>
          </div>
        }
      />
      <Section title={t('list')} text={query.data?.pages[0]?.packages.totalCount} flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={4} height={39} />}>
          {(pages) => {
            const rows = pages.flatMap((page) => page.packages.nodes)
            return rows.length === 0 ? (
              <EmptyState title={t('empty')} text={t('emptyText')} />
            ) : (
              <Rows rows={rows} />
            )
          }}
        </Pages>
      </Section>
    </>
  )
}

function Rows({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('packages')
  const columns: Column<Row>[] = [
    {
      key: 'number',
      title: t('number'),
      render: (row) => (
        <Link to="/packages/$id" params={{ id: row.id }}>
          {row.number}
        </Link>
      ),
    },
    { key: 'state', title: t('state'), render: (row) => <PackageStateWord state={row.state} /> },
    {
      key: 'selection',
      title: t('selection'),
      wide: true,
      render: (row) => t(`selection.${row.selection}`),
    },
    { key: 'reason', title: t('reason'), wide: true, render: (row) => row.reason },
    {
      key: 'records',
      title: t('records'),
      figures: true,
      render: (row) => <Count value={row.records} />,
    },
    { key: 'by', title: t('askedBy'), wide: true, render: (row) => row.askedBy },
    {
      key: 'at',
      title: t('askedAt'),
      figures: true,
      wide: true,
      render: (row) => <Time at={row.askedAt} />,
    },
  ]
  return <Table label={t('list')} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}
