// One customer: who it is, who looks after it, every conversation with it.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import {
  CustomerConversationsDocument,
  CustomerDocument,
  type CustomerQuery,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { pagesOf, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { CollectButton } from '#/ui/Collect'
import { ConversationRow } from '#/ui/ConversationRow'
import { CopyText } from '#/ui/CopyText'
import { List } from '#/ui/List'
import { MaskedText, MaskedTexts } from '#/ui/Masked'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { BlockSkeleton, EmptyState, NotThere, RowsSkeleton } from '#/ui/States'
import { Ago, Time } from '#/ui/Time'
import { WhoLooked } from '#/ui/WhoLooked'
import { Owner } from './Owner'
import { Tags } from './Tags'

const PAGE_SIZE = 30

type Customer = NonNullable<CustomerQuery['customer']>

export function CustomerPage() {
  const { id } = useParams({ from: '/shell/customers/$id' })
  const can = useCan()
  return (
    <Answer
      query={useQuery(queryOf(CustomerDocument, { id }))}
      skeleton={<BlockSkeleton height={220} />}
    >
      {({ customer }) =>
        customer ? (
          <>
            <Person customer={customer} />
            <Owner customer={customer} />
            {can('READ_CONTENT') && <Conversations id={id} />}
          </>
        ) : (
          <NotThere id={id} />
        )
      }
    </Answer>
  )
}

function Person({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers')
  const { t: model } = useTranslation('model')
  const can = useCan()
  const facts: [string, React.ReactNode][] = customer.identities.map((identity) => [
    model(`channel.${identity.channel}`),
    <CopyText key={identity.channelId} text={identity.channelId} label={t('identity')} />,
  ])
  if (customer.company) {
    facts.unshift([
      t('company'),
      <MaskedText key="company" text={customer.company} part="COMPANY" />,
    ])
  }
  if (customer.position) {
    facts.unshift([
      t('position'),
      <MaskedText key="position" text={customer.position} part="POSITION" />,
    ])
  }
  customer.followers.forEach((follower, number) => {
    facts.push([
      t('follower'),
      <FollowerLine key={follower.staff?.id} follower={follower} number={number} />,
    ])
  })
  const last = customer.lastContactAt
  return (
    <MaskedTexts subject={{ customer: customer.id }} values={customer.masked}>
      <PageHeader
        title={customer.name}
        text={last ? <Lasting at={last} /> : t('noContact')}
        actions={
          <>
            <CollectButton what={{ customer: customer.id }} />
            {can('READ_AUDIT') && <WhoLooked subject={customer.id} />}
          </>
        }
      />
      <Section title={t('facts')} text={customer.listed ? undefined : t('unlisted')}>
        <Facts facts={facts} />
      </Section>
    </MaskedTexts>
  )
}

function Lasting({ at }: { at: string }) {
  const { t } = useTranslation('customers')
  return (
    <>
      {t('lastContact')} <Ago at={at} />
    </>
  )
}

function FollowerLine(props: { follower: Customer['followers'][number]; number: number }) {
  const { follower, number } = props
  const { t } = useTranslation('customers')
  const { staff } = follower
  return (
    <>
      {staff ? (
        <Link to="/staff/$id" params={{ id: staff.id }}>
          {staff.name}
        </Link>
      ) : (
        t('unknownStaff')
      )}
      {follower.since && (
        <span className="muted">
          {' '}
          {t('since')} <Time at={follower.since} form="day" />
        </span>
      )}
      {follower.remark && (
        <div>
          {t('remark')}
          <MaskedText text={follower.remark} part="REMARK" number={number} />
        </div>
      )}
      {follower.description && (
        <div className="muted">
          <MaskedText text={follower.description} part="DESCRIPTION" number={number} />
        </div>
      )}
      {follower.tags.length > 0 && <Tags tags={follower.tags} />}
    </>
  )
}

function Conversations({ id }: { id: string }) {
  const { t } = useTranslation('customers')
  const query = useInfiniteQuery(
    pagesOf(
      CustomerConversationsDocument,
      { id, first: PAGE_SIZE },
      (d) => d.conversations.pageInfo,
    ),
  )
  const total = query.data?.pages[0]?.conversations.totalCount
  return (
    <Section title={t('conversations')} text={total} flush>
      <Pages query={query} skeleton={<RowsSkeleton rows={3} height={62} />}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.conversations.nodes)
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
