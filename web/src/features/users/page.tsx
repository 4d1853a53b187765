// Who may come in: people and service accounts, with what they hold.

import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type UserKind, UsersDocument, type UsersQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { useListed } from '#/ui/listed'
import { PageHeader, Section } from '#/ui/Page'
import { useRoleName } from '#/ui/roleName'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { Status } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { UserActs } from './UserActs'
import { UserForm } from './UserForm'
import { UserState } from './UserState'
import styles from './users.module.css'

type User = UsersQuery['users'][number]

export function UsersPage() {
  const { t } = useTranslation('users')
  const may = useCan()('MANAGE_USERS')
  const [making, setMaking] = useState<UserKind | null>(null)
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          may && (
            <>
              <Button onClick={() => setMaking('SERVICE')}>{t('newService')}</Button>
              <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking('PERSON')}>
                {t('new')}
              </Button>
            </>
          )
        }
      />
      <Section flush>
        <Answer
          query={useQuery(queryOf(UsersDocument, { manages: may }))}
          skeleton={<RowsSkeleton rows={4} />}
        >
          {({ users }) =>
            users.length > 0 ? <UserTable users={users} /> : <EmptyState title={t('empty')} />
          }
        </Answer>
      </Section>
      {making && <UserForm kind={making} onClose={() => setMaking(null)} />}
    </>
  )
}

function UserTable({ users }: { users: User[] }) {
  const { t } = useTranslation('users')
  const listed = useListed()
  const roleName = useRoleName()
  const may = useCan()('MANAGE_USERS')
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (user) => (
        <>
          <div>
            <Link to="/users/$id" params={{ id: user.id }}>
              {user.name}
            </Link>
          </div>
          <code className="muted">{user.login}</code>
          {user.kind === 'SERVICE' && <div className="muted">{t('kind.SERVICE')}</div>}
          <div className={styles.narrow}>
            <div>{listed(user.roles.map(roleName))}</div>
            <UserState user={user} />
          </div>
        </>
      ),
    },
    {
      key: 'role',
      title: t('role'),
      wide: true,
      render: (user) => listed(user.roles.map(roleName)),
    },
    {
      key: 'staff',
      title: t('staff'),
      wide: true,
      render: (user) =>
        user.staff ? (
          <Link to="/staff/$id" params={{ id: user.staff.id }}>
            {user.staff.name}
          </Link>
        ) : (
          '—'
        ),
    },
    {
      key: 'state',
      title: t('state'),
      wide: true,
      render: (user) => <UserState user={user} />,
    },
    {
      key: 'factor',
      title: t('factor'),
      wide: true,
      render: (user) =>
        user.kind === 'SERVICE' || user.secondFactor == null ? (
          '—'
        ) : (
          <Status tone={user.secondFactor ? 'good' : 'quiet'}>
            {t(user.secondFactor ? 'factor.on' : 'factor.off')}
          </Status>
        ),
    },
    {
      key: 'seen',
      title: t('signedInAt'),
      wide: true,
      render: (user) => {
        if (user.kind === 'SERVICE') return '—'
        return user.signedInAt ? <Time at={user.signedInAt} /> : t('never')
      },
    },
  ]
  if (may) {
    columns.push({
      key: 'change',
      title: t('action'),
      quiet: true,
      figures: true,
      render: (user) => <UserActs user={user} />,
    })
  }
  return <Table label={t('title')} columns={columns} rows={users} rowKey={(user) => user.id} keys />
}
