// One member of staff: department, position, every conversation.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  StaffConversationsDocument,
  StaffMemberDocument,
  type StaffMemberQuery,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { pagesOf, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { ConversationRow } from '#/ui/ConversationRow'
import { CopyText } from '#/ui/CopyText'
import { List } from '#/ui/List'
import { useListed } from '#/ui/listed'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { BlockSkeleton, EmptyState, NotThere, RowsSkeleton } from '#/ui/States'
import { StaffForm } from './StaffForm'
import { StateWord } from './StateWord'

const PAGE_SIZE = 30

type Member = NonNullable<StaffMemberQuery['staff']>

export function StaffPage() {
  const { id } = useParams({ from: '/shell/staff/$id' })
  const can = useCan()
  return (
    <Answer
      query={useQuery(queryOf(StaffMemberDocument, { id }))}
      skeleton={<BlockSkeleton height={220} />}
    >
      {({ staff }) =>
        staff ? (
          <>
            <Person member={staff} />
            {can('READ_CONTENT') && <Conversations id={id} />}
          </>
        ) : (
          <NotThere id={id} />
        )
      }
    </Answer>
  )
}

function Person({ member }: { member: Member }) {
  const { t } = useTranslation('staff')
  const listed = useListed()
  const may = useCan()('MANAGE_PEOPLE')
  const [editing, setEditing] = useState(false)
  const departments = listed(member.departments.map((department) => department.name))
  return (
    <>
      <PageHeader
        title={member.name}
        text={[departments, member.position].filter(Boolean).join(' · ') || t('noDepartment')}
        actions={
          may && (
            <Space>
              <Link to="/handovers" search={{ staff: member.id }}>
                {t('handOver')}
              </Link>
              <Button onClick={() => setEditing(true)}>{t('edit')}</Button>
            </Space>
          )
        }
      />
      <Section title={t('facts')} text={member.listed ? undefined : t('unlisted')}>
        <Facts
          facts={[
            [t('channelId'), <CopyText key="id" text={member.channelId} label={t('channelId')} />],
            [t('departments'), departments || '—'],
            [t('position'), member.position ?? '—'],
            [t('state'), <StateWord key="state" state={member.state} />],
          ]}
        />
      </Section>
      {editing && <StaffForm member={member} onClose={() => setEditing(false)} />}
    </>
  )
}

function Conversations({ id }: { id: string }) {
  const { t } = useTranslation('staff')
  const query = useInfiniteQuery(
    pagesOf(
      StaffConversationsDocument,
      { id, first: PAGE_SIZE },
      (d) => d.staff?.conversations.pageInfo,
    ),
  )
  const total = query.data?.pages[0]?.staff?.conversations.totalCount
  return (
    <Section title={t('conversations')} text={total} flush>
      <Pages query={query} skeleton={<RowsSkeleton rows={6} height={62} />}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.staff?.conversations.nodes ?? [])
          if (rows.length === 0) return <EmptyState title={t('noConversations')} />
          return (
            <List label={t('conversations')}>
              {rows.map((row) => (
                <ConversationRow key={row.id} conversation={row} />
              ))}
            </List>
          )
        }}
      </Pages>
    </Section>
  )
}
