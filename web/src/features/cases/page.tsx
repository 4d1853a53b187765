// The cases that the viewer works on: found by words and state, and new ones.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CasesDocument, type CasesQuery } from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { SearchInput } from '#/ui/SearchInput'
import { Segments } from '#/ui/Segments'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { Status } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { CaseForm } from './CaseForm'
import styles from './cases.module.css'
import { ForumWords } from './ForumWords'

const PAGE_SIZE = 50
const STATES = ['ALL', 'OPEN', 'CLOSED'] as const

type Row = CasesQuery['cases']['nodes'][number]

export function CasesPage() {
  const { t } = useTranslation('cases')
  const { q, state } = useSearch({ from: '/shell/cases' })
  const navigate = useNavigate()
  const [opening, setOpening] = useState(false)
  const ask = (search: { q?: string | undefined; state?: 'OPEN' | 'CLOSED' | undefined }) =>
    void navigate({ to: '/cases', search, replace: true })
  const open = (
    <Button type="primary" onClick={() => setOpening(true)}>
      {t('new')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} actions={open} />
      <div className={styles.filter}>
        <SearchInput
          label={t('search')}
          value={q ?? ''}
          onChange={(text) => ask({ q: text || undefined, state })}
        />
        <Segments
          label={t('stateFilter')}
          value={state ?? 'ALL'}
          options={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
          onChange={(value) => ask({ q, state: value === 'ALL' ? undefined : value })}
        />
      </div>
      <Cases words={q ?? ''} state={state ?? null} />
      {opening && (
        <CaseForm
          onClose={() => setOpening(false)}
          onDone={(id) => void navigate({ to: '/cases/$id', params: { id } })}
        />
      )}
    </>
  )
}

function Cases({ words, state }: { words: string; state: 'OPEN' | 'CLOSED' | null }) {
  const { t } = useTranslation('cases')
  const query = useInfiniteQuery(
    pagesOf(CasesDocument, { first: PAGE_SIZE, filter: { words, state } }, (d) => d.cases.pageInfo),
  )
  const narrowed = words !== '' || state !== null
  return (
    <Section title={t('all')} text={query.data?.pages[0]?.cases.totalCount} flush>
      <Pages query={query} skeleton={<RowsSkeleton rows={4} />}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.cases.nodes)
          if (rows.length > 0) return <CaseTable rows={rows} />
          if (narrowed) return <EmptyState title={t('nothing')} />
          return <EmptyState title={t('empty')} text={t('emptyText')} />
        }}
      </Pages>
    </Section>
  )
}

function CaseTable({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('cases')
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (row) => (
        <>
          <Link to="/cases/$id" params={{ id: row.id }}>
            {row.name}
          </Link>
          {row.number && <div className="muted">{row.number}</div>}
        </>
      ),
    },
    {
      key: 'state',
      title: t('stateFilter'),
      render: (row) => (
        <Status tone={row.state === 'OPEN' ? 'busy' : 'quiet'}>{t(`state.${row.state}`)}</Status>
      ),
    },
    {
      key: 'forum',
      title: t('forum'),
      wide: true,
      render: (row) => <ForumWords forum={row.forum} />,
    },
    {
      key: 'inCharge',
      title: t('inCharge'),
      wide: true,
      render: (row) => row.inCharge.map((one) => one.name).join('、'),
    },
    {
      key: 'opened',
      title: t('opened'),
      render: (row) => <Time at={row.openedAt} form="day" />,
    },
  ]
  return <Table label={t('all')} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}
