// The messages of a case, one conversation at a time, with what is left out between them.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  CaseConversationsDocument,
  type CaseConversationsQuery,
  CaseMessagesDocument,
  type CaseMessagesQuery,
} from '#/api/gen/operations'
import { pagesOf, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { MessageBody } from '#/ui/MessageBody'
import { isNotice, NoticeText } from '#/ui/MessageNotice'
import { Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { SealMark } from '#/ui/SealMark'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { Time } from '#/ui/Time'
import styles from './cases.module.css'
import { lineOf } from './lines'

const PAGE_SIZE = 50

type Talk = NonNullable<CaseConversationsQuery['case']>['conversations'][number]
type Node = NonNullable<CaseMessagesQuery['case']>['messages']['nodes'][number]

export function Messages({ id }: { id: string }) {
  const { t } = useTranslation('cases')
  const query = useQuery(queryOf(CaseConversationsDocument, { id }))
  const talks = query.data?.case?.conversations
  const count = talks?.reduce((sum, talk) => sum + talk.messageCount, 0)
  return (
    <Section
      title={t('messages')}
      text={count === undefined ? undefined : t('messageCount', { count })}
    >
      <Answer query={query} skeleton={<RowsSkeleton rows={6} />}>
        {(data) => <Talks id={id} talks={data.case?.conversations ?? []} />}
      </Answer>
    </Section>
  )
}

function Talks({ id, talks }: { id: string; talks: Talk[] }) {
  const { t } = useTranslation('cases')
  const { conversation } = useSearch({ from: '/shell/cases/$id' })
  const navigate = useNavigate()
  const shown = talks.find((talk) => talk.conversation.id === conversation) ?? talks[0]
  if (!shown) return <EmptyState title={t('noMessages')} text={t('noMessagesText')} />
  return (
    <>
      <div className={styles.talks}>
        <Select
          aria-label={t('conversationsOf')}
          className={styles.talk ?? ''}
          showSearch={{ optionFilterProp: 'label' }}
          value={shown.conversation.id}
          options={talks.map((talk) => ({
            value: talk.conversation.id,
            label: `${talk.conversation.title} (${talk.messageCount})`,
          }))}
          onChange={(next) =>
            void navigate({
              to: '/cases/$id',
              params: { id },
              search: { conversation: next },
              replace: true,
              resetScroll: false,
            })
          }
        />
        <p className="muted">
          {t('messageCount', { count: shown.messageCount })} ·{' '}
          {shown.leftOut > 0 ? t('leftOut', { count: shown.leftOut }) : t('leftOutNone')} ·{' '}
          <Time at={shown.firstAt} form="day" /> – <Time at={shown.lastAt} form="day" />
        </p>
      </div>
      <Thread key={shown.conversation.id} id={id} talk={shown} />
    </>
  )
}

function Thread({ id, talk }: { id: string; talk: Talk }) {
  const query = useInfiniteQuery(
    pagesOf(
      CaseMessagesDocument,
      { id, conversation: talk.conversation.id, first: PAGE_SIZE },
      (d) => d.case?.messages.pageInfo,
    ),
  )
  const { t } = useTranslation('cases')
  return (
    <Pages query={query} skeleton={<RowsSkeleton rows={6} />}>
      {(pages) => {
        const nodes = pages.flatMap((page) => page.case?.messages.nodes ?? [])
        return (
          <ol className={styles.thread} aria-label={t('messages')}>
            {nodes.map((node, at) => (
              <Row key={node.message.id} node={node} before={nodes[at - 1]} talk={talk} />
            ))}
          </ol>
        )
      }}
    </Pages>
  )
}

function Row(props: { node: Node; before: Node | undefined; talk: Talk }) {
  const { t } = useTranslation('cases')
  const { t: body } = useTranslation('body')
  const { t: common } = useTranslation('common')
  const { node, before, talk } = props
  const { message, leftOutBefore } = node
  const line = lineOf(message, before?.message, leftOutBefore ?? 0, talk.conversation)
  const kept = isNotice(message.kind)
  return (
    <li className={`${styles.row} ${line.own ? styles.own : ''}`}>
      {leftOutBefore !== null && leftOutBefore > 0 && (
        <p className={styles.gap}>{t('gap', { count: leftOutBefore })}</p>
      )}
      {line.day && (
        <p className={styles.day}>
          <Time at={message.at} form="day" />
        </p>
      )}
      <p className={line.opens ? styles.who : 'sr-only'}>
        {message.from?.name ?? common('unknown')}
      </p>
      <div className={styles.line}>
        <div className={`${styles.bubble} ${message.recalledBy ? styles.recalled : ''}`}>
          {message.recalledBy && <p className={styles.recall}>{body('recalled')}</p>}
          {kept && isNotice(message.kind) ? (
            <NoticeText kind={message.kind} name={message.from?.name} />
          ) : (
            <MessageBody
              id={message.id}
              kind={message.kind}
              sourceKind={message.sourceKind}
              body={message.body}
              by={message.from?.name}
              at={message.at}
            />
          )}
        </div>
        <div className={styles.meta}>
          <Link
            to="/conversations/$id"
            params={{ id: talk.conversation.id }}
            search={{ message: message.id }}
          >
            <Time at={message.at} form="clock" />
          </Link>
          <SealMark state={message.seal.state} message={message.id} size={14} />
          <span className={styles.items}>{t('meant', { items: node.items.join('、') })}</span>
        </div>
      </div>
    </li>
  )
}
