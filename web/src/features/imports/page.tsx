// Bringing messages in by file, and what was brought in before.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ImportPartsFragment, ImportsDocument, type ImportsQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { pagesOf } from '#/lib/query'
import { Count } from '#/ui/Figures'
import { ImportStateWord } from '#/ui/ImportState'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { ImportFigures } from './ImportFigures'
import { UploadForm } from './UploadForm'
import { useImport } from './useImport'

const PAGE_SIZE = 20
/** How often the list is asked for again while an import in it runs, in milliseconds. */
const LIST_POLL_MS = 2_000

export function ImportsPage() {
  const { t } = useTranslation('imports')
  const can = useCan()
  const [current, setCurrent] = useState<string | null>(null)
  const query = useInfiniteQuery({
    ...pagesOf(ImportsDocument, { first: PAGE_SIZE }, (data) => data.imports.pageInfo),
    refetchInterval: ({ state }) => (runningIn(state.data?.pages) ? LIST_POLL_MS : false),
  })
  // An import that somebody else began, or this page before a reload, is followed too.
  const running = runningIn(query.data?.pages)
  const followed = current ?? running ?? null
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      {can('IMPORT') && (
        <Section title={t('new')}>
          <UploadForm onStarted={setCurrent} />
        </Section>
      )}
      {followed && <Followed id={followed} />}
      <Section title={t('history')} text={query.data?.pages[0]?.imports.totalCount} flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={4} height={39} />}>
          {(pages) => {
            const rows = pages.flatMap((page) => page.imports.nodes)
            return rows.length === 0 ? (
              <EmptyState title={t('empty')} text={t('emptyText')} />
            ) : (
              <History rows={rows} />
            )
          }}
        </Pages>
      </Section>
    </>
  )
}

/** The newest import that still runs. */
function runningIn(pages: ImportsQuery[] | undefined): string | undefined {
  return pages?.[0]?.imports.nodes.find((job) => job.state === 'RUNNING')?.id
}

function Followed({ id }: { id: string }) {
  const { t } = useTranslation('imports')
  const job = useImport(id).data?.import
  if (!job) return null
  return (
    <Section
      title={job.fileName}
      text={<ImportStateWord state={job.state} />}
      actions={
        <Link to="/imports/$id" params={{ id }}>
          {t('details')}
        </Link>
      }
    >
      <ImportFigures job={job} />
    </Section>
  )
}

function History({ rows }: { rows: ImportPartsFragment[] }) {
  const { t } = useTranslation('imports')
  const columns: Column<ImportPartsFragment>[] = [
    {
      key: 'file',
      title: t('file'),
      render: (job) => (
        <Link to="/imports/$id" params={{ id: job.id }}>
          {job.fileName}
        </Link>
      ),
    },
    { key: 'state', title: t('state'), render: (job) => <ImportStateWord state={job.state} /> },
    {
      key: 'added',
      title: t('added'),
      figures: true,
      render: (job) => <Count value={job.added} />,
    },
    {
      key: 'known',
      title: t('known'),
      figures: true,
      wide: true,
      render: (job) => <Count value={job.known} />,
    },
    {
      key: 'rejected',
      title: t('rejected'),
      figures: true,
      wide: true,
      render: (job) => <Count value={job.rejected} />,
    },
    { key: 'by', title: t('startedBy'), wide: true, render: (job) => job.startedBy },
    {
      key: 'at',
      title: t('startedAt'),
      figures: true,
      wide: true,
      render: (job) => <Time at={job.startedAt} />,
    },
  ]
  return <Table label={t('history')} columns={columns} rows={rows} rowKey={(job) => job.id} keys />
}
