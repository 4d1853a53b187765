// One import: its figures, and the lines that were not taken, with the reason for each.
import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { type ImportPartsFragment, RejectsDocument, type RejectsQuery } from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Bytes, Count } from '#/ui/Figures'
import { ImportStateWord } from '#/ui/ImportState'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { BlockSkeleton, EmptyState, NotThere, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { ImportFigures } from './ImportFigures'
import styles from './imports.module.css'
import { useImport } from './useImport'

const PAGE_SIZE = 100

export function ImportPage() {
  const { id } = useParams({ from: '/shell/imports/$id' })
  const query = useImport(id)
  return (
    <Answer query={query} skeleton={<BlockSkeleton height={280} />}>
      {(data) =>
        data.import ? (
          <>
            <Figures job={data.import} />
            {data.import.state !== 'RUNNING' && <Rejects job={data.import} />}
          </>
        ) : (
          <NotThere id={id} />
        )
      }
    </Answer>
  )
}

function Figures({ job }: { job: ImportPartsFragment }) {
  const { t } = useTranslation('imports')
  return (
    <>
      <PageHeader title={job.fileName} text={<ImportStateWord state={job.state} />} />
      <Section>
        <ImportFigures job={job} />
        <Facts
          facts={[
            [t('startedBy'), job.startedBy],
            [t('startedAt'), <Time key="at" at={job.startedAt} form="second" />],
            [t('endedAt'), job.endedAt ? <Time key="end" at={job.endedAt} form="second" /> : '—'],
            [t('size'), job.fileBytes === null ? '—' : <Bytes key="size" value={job.fileBytes} />],
          ]}
        />
      </Section>
    </>
  )
}

type Reject = NonNullable<RejectsQuery['import']>['rejects']['nodes'][number]

function Rejects({ job }: { job: ImportPartsFragment }) {
  const { t } = useTranslation('imports')
  const { t: model } = useTranslation('model')
  const query = useInfiniteQuery(
    pagesOf(
      RejectsDocument,
      { id: job.id, first: PAGE_SIZE },
      (data) => data.import?.rejects.pageInfo,
    ),
  )
  const columns: Column<Reject>[] = [
    {
      key: 'line',
      title: t('line'),
      figures: true,
      width: 88,
      render: (row) => <Count value={row.line} />,
    },
    {
      key: 'reason',
      title: t('reason'),
      width: 160,
      render: (row) => model(`reject.${row.reason}`),
    },
    {
      key: 'excerpt',
      title: t('excerpt'),
      render: (row) => <code className={styles.excerpt}>{row.excerpt}</code>,
    },
  ]
  return (
    <Section
      title={t('rejects')}
      text={job.rejected}
      actions={
        job.rejected > 0 && (
          <Button
            size="small"
            icon={<DownloadOutlined />}
            href={`/api/imports/${job.id}/rejects`}
            download
          >
            {t('downloadRejects')}
          </Button>
        )
      }
      flush
    >
      <Pages query={query} skeleton={<RowsSkeleton rows={3} height={39} />}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.import?.rejects.nodes ?? [])
          if (rows.length === 0)
            return <EmptyState title={t('noRejects')} text={t('noRejectsText')} />
          return (
            <Table label={t('rejects')} columns={columns} rows={rows} rowKey={(row) => row.line} />
          )
        }}
      </Pages>
    </Section>
  )
}
