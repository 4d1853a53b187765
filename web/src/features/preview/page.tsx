// The archive as another user would see it: what they may do, and the customers and conversations that both see.
import { EyeOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  PreviewDocument,
  type PreviewQuery,
  PreviewUsersDocument,
  type PreviewUsersQuery,
} from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, EmptyState } from '#/ui/States'
import { PreviewConversations, PreviewCustomers } from './lists'
import styles from './preview.module.css'

type User = PreviewUsersQuery['users'][number]

export function PreviewPage() {
  const { t } = useTranslation('preview')
  const { id } = useParams({ strict: false })
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Answer
        query={useQuery(queryOf(PreviewUsersDocument, {}))}
        skeleton={<BlockSkeleton height={64} />}
      >
        {({ users }) => {
          const user = users.find((one) => one.id === id)
          return (
            <>
              <Who users={users} user={user} />
              {user ? <As key={user.id} user={user} /> : <EmptyState title={t('nobody')} />}
            </>
          )
        }}
      </Answer>
    </>
  )
}

function Who({ users, user }: { users: User[]; user: User | undefined }) {
  const { t } = useTranslation('preview')
  const navigate = useNavigate()
  return (
    <Select
      className={styles.who ?? ''}
      showSearch={{ optionFilterProp: 'label' }}
      value={user?.id ?? null}
      placeholder={t('who')}
      aria-label={t('who')}
      options={users.map((one) => ({ value: one.id, label: `${one.name} (${one.login})` }))}
      onChange={(id: string | null) => id && void navigate({ to: '/preview/$id', params: { id } })}
    />
  )
}

function As({ user }: { user: User }) {
  const { t } = useTranslation('preview')
  return (
    <div className={styles.frame}>
      <p className={styles.banner} role="status">
        <EyeOutlined aria-hidden />
        <span>{t('banner', { name: user.name })}</span>
      </p>
      {!user.active && <p className={styles.suspended}>{t('suspended')}</p>}
      <Answer
        query={useQuery(queryOf(PreviewDocument, { user: user.id }))}
        skeleton={<BlockSkeleton height={120} />}
      >
        {({ preview }) => <Rights can={preview.can} />}
      </Answer>
      <PreviewCustomers user={user.id} />
      <PreviewConversations user={user.id} />
    </div>
  )
}

function Rights({ can }: { can: PreviewQuery['preview']['can'] }) {
  const { t } = useTranslation(['preview', 'audit'])
  return (
    <Section title={t('preview:may')}>
      {can.length === 0 ? (
        <p className={styles.none}>{t('preview:mayNothing')}</p>
      ) : (
        <ul className={styles.rights}>
          {can.map((action) => (
            <li key={action}>
              {t(`audit:right.${action.toLowerCase() as Lowercase<typeof action>}`)}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
