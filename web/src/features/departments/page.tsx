// The departments as a tree, with how many staff each has; and what a new owner of a customer sees.
import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  DeleteDepartmentDocument,
  DepartmentsDocument,
  type DepartmentsQuery,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { type Branch, branches } from '#/lib/departments'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageHeader, Section } from '#/ui/Page'
import { EmptyState, RowsSkeleton, useErrorText } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { DepartmentForm, type Doing } from './DepartmentForm'
import styles from './departments.module.css'
import { HistoryRule } from './HistoryRule'

type Row = Branch<DepartmentsQuery['departments'][number]>

/** How far a department stands in from the one above it, in pixels. */
const INDENT = 20

export function DepartmentsPage() {
  const { t } = useTranslation('departments')
  const may = useCan()('MANAGE_PEOPLE')
  const [doing, setDoing] = useState<Doing | null>(null)
  const query = useQuery(queryOf(DepartmentsDocument, {}))
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          may && (
            <Button
              type="primary"
              icon={<PlusOutlined />}
              onClick={() => setDoing({ kind: 'create', parent: null })}
            >
              {t('new')}
            </Button>
          )
        }
      />
      <Section flush>
        <Answer query={query} skeleton={<RowsSkeleton rows={6} />}>
          {({ departments }) =>
            departments.length > 0 ? (
              <Tree rows={branches(departments)} may={may} onDo={setDoing} />
            ) : (
              <EmptyState title={t('empty')} text={t('emptyText')} />
            )
          }
        </Answer>
      </Section>
      {may && <HistoryRule />}
      {doing && (
        <DepartmentForm
          doing={doing}
          all={query.data?.departments ?? []}
          onClose={() => setDoing(null)}
        />
      )}
    </>
  )
}

function Tree(props: { rows: Row[]; may: boolean; onDo: (doing: Doing) => void }) {
  const { t } = useTranslation('departments')
  const remove = useDelete()
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('name'),
      render: ({ department, depth, path }) => (
        <span className={styles.name} style={{ paddingInlineStart: depth * INDENT }}>
          <Link to="/staff" search={{ department: department.id }} title={path}>
            {department.name}
          </Link>
        </span>
      ),
    },
    {
      key: 'staff',
      title: t('staff'),
      figures: true,
      render: ({ department }) => department.staffCount ?? 0,
    },
  ]
  if (props.may) {
    columns.push({
      key: 'act',
      title: t('act'),
      quiet: true,
      figures: true,
      render: ({ department }) => (
        <Space size="small" wrap className={styles.acts ?? ''}>
          <Button
            size="small"
            aria-label={t('newBelow', { name: department.name })}
            onClick={() => props.onDo({ kind: 'create', parent: department.id })}
          >
            {t('below')}
          </Button>
          <Button
            size="small"
            aria-label={t('renameOf', { name: department.name })}
            onClick={() => props.onDo({ kind: 'rename', department })}
          >
            {t('rename')}
          </Button>
          <Button
            size="small"
            aria-label={t('moveOf', { name: department.name })}
            onClick={() => props.onDo({ kind: 'move', department })}
          >
            {t('move')}
          </Button>
          <Button
            size="small"
            aria-label={t('deleteOf', { name: department.name })}
            onClick={() => remove(department)}
          >
            {t('delete')}
          </Button>
        </Space>
      ),
    })
  }
  return (
    <Table
      label={t('title')}
      columns={columns}
      rows={props.rows}
      rowKey={(row) => row.department.id}
    />
  )
}

/** Takes a department away after a question; one that is not empty stays, and it is said why. */
function useDelete(): (department: { id: string; name: string }) => void {
  const { t } = useTranslation('departments')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const remove = useMutation({
    mutationFn: (id: string) => request(DeleteDepartmentDocument, { input: { id } }),
    onSuccess: ({ deleteDepartment: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      return forget(DepartmentsDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return ({ id, name }) =>
    modal.confirm({
      title: t('deleteTitle', { name }),
      content: t('deleteText'),
      okText: t('delete'),
      okButtonProps: { danger: true },
      onOk: () => remove.mutate(id),
    })
}
