// Who may come in: users, their roles, suspending them and letting them in again.
import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ResetSecondFactorDocument,
  SetUserActiveDocument,
  UsersDocument,
  type UsersQuery,
} from '#/api/gen/operations'
import { useViewer } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageHeader, Section } from '#/ui/Page'
import { useRoleName } from '#/ui/roleName'
import { EmptyState, RowsSkeleton, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { UserForm } from './UserForm'

type User = UsersQuery['users'][number]

export function UsersPage() {
  const { t } = useTranslation('users')
  const [making, setMaking] = useState(false)
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {t('new')}
          </Button>
        }
      />
      <Section flush>
        <Answer query={useQuery(queryOf(UsersDocument, {}))} skeleton={<RowsSkeleton rows={4} />}>
          {({ users }) =>
            users.length > 0 ? <UserTable users={users} /> : <EmptyState title={t('empty')} />
          }
        </Answer>
      </Section>
      {making && <UserForm onClose={() => setMaking(false)} />}
    </>
  )
}

function UserTable({ users }: { users: User[] }) {
  const { t } = useTranslation('users')
  const roleName = useRoleName()
  const viewer = useViewer()
  const change = useSetActive()
  const reset = useResetFactor()
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (user) => (
        <>
          {user.name} <code className="muted">{user.login}</code>
        </>
      ),
    },
    { key: 'role', title: t('role'), render: (user) => user.roles.map(roleName).join('、') },
    {
      key: 'state',
      title: t('state'),
      render: (user) => (
        <Status tone={user.active ? 'good' : 'quiet'}>
          {t(user.active ? 'active' : 'suspended')}
        </Status>
      ),
    },
    {
      key: 'factor',
      title: t('factor'),
      wide: true,
      render: (user) => (
        <Status tone={user.secondFactor ? 'good' : 'quiet'}>
          {t(user.secondFactor ? 'factor.on' : 'factor.off')}
        </Status>
      ),
    },
    {
      key: 'seen',
      title: t('signedInAt'),
      wide: true,
      render: (user) => (user.signedInAt ? <Time at={user.signedInAt} /> : t('never')),
    },
    {
      key: 'change',
      title: t('action'),
      quiet: true,
      figures: true,
      render: (user) =>
        user.id === viewer?.user.id ? (
          <span className="muted">{t('you')}</span>
        ) : (
          <Space size="small" wrap>
            {user.secondFactor && (
              <Button size="small" onClick={() => reset(user)}>
                {t('reset')}
              </Button>
            )}
            <Button size="small" onClick={() => change(user)}>
              {t(user.active ? 'suspend' : 'readmit')}
            </Button>
          </Space>
        ),
    },
  ]
  return <Table label={t('title')} columns={columns} rows={users} rowKey={(user) => user.id} />
}

/** Takes a user's lost second factor away after a question. */
function useResetFactor(): (user: User) => void {
  const { t } = useTranslation('users')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const reset = useMutation({
    mutationFn: (id: string) => request(ResetSecondFactorDocument, { input: { id } }),
    onSuccess: ({ resetSecondFactor: { user, refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      if (user) void message.success(t('resetDone', { name: user.name }))
      return forget(UsersDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (user) =>
    modal.confirm({
      title: t('resetTitle', { name: user.name }),
      content: t('resetText'),
      okText: t('reset'),
      okButtonProps: { danger: true },
      // The question closes first: the operation may ask who it is.
      onOk: () => reset.mutate(user.id),
    })
}

/** Suspends a user after a question, or lets the user in again. */
function useSetActive(): (user: User) => void {
  const { t } = useTranslation('users')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const change = useMutation({
    mutationFn: (input: { id: string; active: boolean }) =>
      request(SetUserActiveDocument, { input }),
    onSuccess: ({ setUserActive: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      return forget(UsersDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (user) => {
    if (!user.active) {
      change.mutate({ id: user.id, active: true })
      return
    }
    modal.confirm({
      title: t('suspendTitle', { name: user.name }),
      content: t('suspendText'),
      okText: t('suspend'),
      okButtonProps: { danger: true },
      // The question closes first: the operation may ask who it is.
      onOk: () => change.mutate({ id: user.id, active: false }),
    })
  }
}
