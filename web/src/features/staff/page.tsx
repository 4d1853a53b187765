// All staff by name, with their departments.

import { PlusOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AllStaffDocument,
  type AllStaffQuery,
  DepartmentsDocument,
  type StaffState,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { branches } from '#/lib/departments'
import { pagesOf, queryOf } from '#/lib/query'
import { useListed } from '#/ui/listed'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { SearchInput } from '#/ui/SearchInput'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { StaffForm } from './StaffForm'
import { StateWord } from './StateWord'
import styles from './staff.module.css'
import { TableForm } from './TableForm'

const PAGE_SIZE = 50

type Row = AllStaffQuery['allStaff']['nodes'][number]

const STATES: StaffState[] = ['ACTIVE', 'SUSPENDED', 'LEFT']

export function AllStaffPage() {
  const { t } = useTranslation('staff')
  const { q, department, state } = useSearch({ from: '/shell/staff' })
  const may = useCan()('MANAGE_PEOPLE')
  const [open, setOpen] = useState<'form' | 'table' | null>(null)
  const query = useInfiniteQuery(
    pagesOf(
      AllStaffDocument,
      {
        first: PAGE_SIZE,
        search: q ?? null,
        department: department ?? null,
        state: state ?? null,
      },
      (d) => d.allStaff.pageInfo,
    ),
  )
  const total = query.data?.pages[0]?.allStaff.totalCount
  const narrowed = q !== undefined || department !== undefined || state !== undefined
  return (
    <>
      <PageHeader
        title={t('title')}
        text={total === undefined ? t('text') : t('count', { count: total })}
        actions={
          <>
            <Filters />
            {may && (
              <>
                <Button onClick={() => setOpen('table')}>{t('table')}</Button>
                <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen('form')}>
                  {t('new')}
                </Button>
              </>
            )}
          </>
        }
      />
      <Section flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={12} height={39} />}>
          {(pages) => {
            const rows = pages.flatMap((page) => page.allStaff.nodes)
            if (rows.length > 0) return <StaffTable rows={rows} />
            if (q) return <EmptyState title={t('noMatch', { asked: q })} />
            return narrowed ? (
              <EmptyState title={t('noneOfThese')} />
            ) : (
              <EmptyState title={t('empty')} text={t('emptyText')} />
            )
          }}
        </Pages>
      </Section>
      {open === 'form' && <StaffForm member={null} onClose={() => setOpen(null)} />}
      {open === 'table' && <TableForm onClose={() => setOpen(null)} />}
    </>
  )
}

/** What narrows the list stands in the address. */
function Filters() {
  const { t } = useTranslation('staff')
  const search = useSearch({ from: '/shell/staff' })
  const navigate = useNavigate()
  const departments = useQuery(queryOf(DepartmentsDocument, {})).data?.departments ?? []
  const set = (change: typeof search) =>
    void navigate({ to: '/staff', search: { ...search, ...change }, replace: true })
  return (
    <div className={styles.filters}>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('departments')}
        placeholder={t('departments')}
        popupMatchSelectWidth={false}
        value={search.department ?? null}
        options={branches(departments).map((row) => ({
          value: row.department.id,
          label: row.path,
        }))}
        onChange={(department: string | null) => set({ department: department ?? undefined })}
      />
      <Select
        allowClear
        aria-label={t('state')}
        placeholder={t('state')}
        value={search.state ?? null}
        options={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
        onChange={(state: StaffState | null) => set({ state: state ?? undefined })}
      />
      <SearchInput
        label={t('search')}
        value={search.q ?? ''}
        onChange={(text) => set({ q: text || undefined })}
      />
    </div>
  )
}

function StaffTable({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('staff')
  const listed = useListed()
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
      render: (row) => listed(row.departments.map((department) => department.name)) || '—',
    },
    { key: 'position', title: t('position'), render: (row) => row.position ?? '—' },
    {
      key: 'state',
      title: t('state'),
      render: (row) => <StateWord state={row.state} />,
    },
    { key: 'id', title: t('channelId'), wide: true, render: (row) => <code>{row.channelId}</code> },
  ]
  return <Table label={t('title')} columns={columns} rows={rows} rowKey={(row) => row.id} keys />
}
