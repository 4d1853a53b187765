// One message: what it says, who and when, the original as it came, and the proof.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { MessageDocument, type MessageQuery } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { MessageBody } from '#/ui/MessageBody'
import { isNotice, NoticeText } from '#/ui/MessageNotice'
import { PageHeader, Section } from '#/ui/Page'
import { SealDrawing } from '#/ui/SealMark'
import { BlockSkeleton, NotThere } from '#/ui/States'
import { Time } from '#/ui/Time'
import { MessageFacts } from './MessageFacts'
import { OriginalSection } from './OriginalSection'
import { ProofSection } from './ProofSection'
import styles from './page.module.css'

/** A message never changes; only its seal and its recall may come later. In milliseconds. */
const FRESH_MS = 60_000

type Message = NonNullable<MessageQuery['message']>

export function MessagePage() {
  const { id } = useParams({ from: '/shell/messages/$id' })
  const query = useQuery({ ...queryOf(MessageDocument, { id }), staleTime: FRESH_MS })
  return (
    <Answer query={query} skeleton={<BlockSkeleton height={320} />}>
      {({ message }) =>
        message ? (
          <>
            <Heading message={message} />
            <Says message={message} />
            <MessageFacts message={message} />
            <OriginalSection message={message} />
            <ProofSection key={message.id} id={message.id} original={message.original} />
          </>
        ) : (
          <NotThere id={id} />
        )
      }
    </Answer>
  )
}

function Heading({ message }: { message: Message }) {
  const { t } = useTranslation(['message', 'model', 'common'])
  const { conversation, from, kind, seal } = message
  const name = from?.name ?? t('common:unknown')
  return (
    <PageHeader
      title={t('message:heading', { name, kind: t(`model:kind.${kind}`) })}
      mark={<SealDrawing state={seal.state} size={24} />}
      text={
        <>
          <Time at={message.at} form="second" />
          {' · '}
          <a href="#proof">{t(`model:seal.${seal.state}`)}</a>
        </>
      }
      actions={
        conversation && (
          <Link
            className={styles.way ?? ''}
            to="/conversations/$id"
            params={{ id: conversation.id }}
            search={{ message: message.id }}
          >
            {t('message:inConversation')}
          </Link>
        )
      }
    />
  )
}

function Says({ message }: { message: Message }) {
  const { t } = useTranslation('message')
  const { kind, recalledBy, recalls } = message
  return (
    <Section>
      {recalledBy && (
        <p className={styles.recalled}>
          {t('wasRecalled')} <Time at={recalledBy.at} form="second" />{' '}
          <Link to="/messages/$id" params={{ id: recalledBy.id }}>
            {t('theRecall')}
          </Link>
        </p>
      )}
      {isNotice(kind) && (
        <p>
          <NoticeText kind={kind} name={message.from?.name} />{' '}
          {recalls && (
            <Link to="/messages/$id" params={{ id: recalls.id }}>
              {t('theRecalled')}
            </Link>
          )}
          {kind === 'RECALL' && !recalls && <span className="muted">{t('notArchived')}</span>}
        </p>
      )}
      {kind !== 'RECALL' && (
        <div className={styles.says}>
          <MessageBody
            id={message.id}
            kind={kind}
            sourceKind={message.sourceKind}
            body={message.body}
            by={message.from?.name}
            at={message.at}
            whole
          />
        </div>
      )}
    </Section>
  )
}
