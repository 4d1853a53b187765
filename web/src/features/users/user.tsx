// One user: who it is, what it holds, its tokens, and what it sees and why.

import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { UserDocument, type UserQuery } from '#/api/gen/operations'
import { useCan, useViewer } from '#/lib/access'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { useListed } from '#/ui/listed'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { useRoleName } from '#/ui/roleName'
import { BlockSkeleton, NotThere } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'
import { Explain } from './Explain'
import { RolesForm } from './RolesForm'
import { UserActs } from './UserActs'
import { UserState } from './UserState'
import { UserTokens } from './UserTokens'

export type User = NonNullable<UserQuery['user']>

export function UserPage() {
  const { id } = useParams({ from: '/shell/users/$id' })
  const can = useCan()
  return (
    <Answer
      query={useQuery(queryOf(UserDocument, { id, manages: can('MANAGE_USERS') }))}
      skeleton={<BlockSkeleton height={220} />}
    >
      {({ user }) =>
        user ? (
          <>
            <Who user={user} />
            <UserTokens user={user} />
            {can('MANAGE_ROLES') && <Explain user={user} />}
          </>
        ) : (
          <NotThere id={id} />
        )
      }
    </Answer>
  )
}

function Who({ user }: { user: User }) {
  const { t } = useTranslation('users')
  const listed = useListed()
  const roleName = useRoleName()
  const viewer = useViewer()
  const can = useCan()
  const [giving, setGiving] = useState(false)
  const { staff } = user
  const departments = listed((staff?.departments ?? []).map((one) => one.name))
  const facts: [string, React.ReactNode][] = [
    [t('login'), <code key="login">{user.login}</code>],
    [t('kind'), t(`kind.${user.kind}`)],
    [t('state'), <UserState key="state" user={user} />],
    [t('role'), listed(user.roles.map(roleName))],
    [
      t('staff'),
      staff ? (
        <div key="staff">
          <Link to="/staff/$id" params={{ id: staff.id }}>
            {staff.name}
          </Link>
          {departments && <div className="muted">{departments}</div>}
          {staff.state !== 'ACTIVE' && <Status tone="warn">{t('staffNotActive')}</Status>}
        </div>
      ) : (
        t('noStaff')
      ),
    ],
  ]
  if (user.kind === 'PERSON') {
    const at = user.signedInAt
    facts.push([t('signedInAt'), at ? <Time key="seen" at={at} /> : t('never')])
  }
  const owner = viewer?.user.roles.some((role) => role.builtIn === 'OWNER')
  const mayGive = can('MANAGE_ROLES') && (viewer?.user.id !== user.id || owner)
  return (
    <>
      <PageHeader
        title={user.name}
        text={listed(user.roles.map(roleName))}
        actions={
          <>
            {can('MANAGE_USERS') && <UserActs user={user} />}
            {mayGive && (
              <Button type="primary" onClick={() => setGiving(true)}>
                {t('giveRoles')}
              </Button>
            )}
          </>
        }
      />
      <Section title={t('facts')}>
        <Facts facts={facts} />
      </Section>
      {giving && <RolesForm user={user} onClose={() => setGiving(false)} />}
    </>
  )
}
