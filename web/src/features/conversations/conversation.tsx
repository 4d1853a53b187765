// One conversation: who takes part, ways through it, its messages.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConversationHeadDocument, type ConversationHeadQuery } from '#/api/gen/operations'
import { ApiError } from '#/lib/graphql'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { EmptyState, ErrorState } from '#/ui/States'
import styles from './conversation.module.css'
import { TimelineSkeleton } from './MessageRow'
import { ownOf } from './shape'
import { Timeline } from './Timeline'
import { TimelineHeader } from './TimelineHeader'
import { type Target, useTarget } from './useTarget'

/** How often the head is asked for new messages, in milliseconds. It holds no content, so that asking is no event in the ledger. */
const HEAD_MS = 15_000

export function ConversationPage() {
  const { id } = useParams({ from: '/shell/conversations/$id' })
  const head = useQuery({
    ...queryOf(ConversationHeadDocument, { id }),
    refetchInterval: HEAD_MS,
  })
  return (
    <Answer query={head} skeleton={<TimelineSkeleton />}>
      {({ conversation }) =>
        conversation ? (
          <Conversation key={id} conversation={conversation} />
        ) : (
          <ErrorState error={new ApiError('NOT_FOUND', id)} />
        )
      }
    </Answer>
  )
}

type Head = NonNullable<ConversationHeadQuery['conversation']>
type Jump = Target & {
  /** The address's target that this one replaced. */
  instead: string
}

function Conversation({ conversation }: { conversation: Head }) {
  const { t } = useTranslation('conversations')
  const { message, at } = useSearch({ from: '/shell/conversations/$id' })
  const navigate = useNavigate()
  const own = useMemo(() => ownOf(conversation), [conversation])
  const { id, messageCount: total } = conversation
  const asked = useTarget(id, { message, at }, total)
  const [jump, setJump] = useState<Jump | null>(null)
  const [held, setHeld] = useState<Target | undefined>(asked)
  // While the server looks for the next target, the list stays at the one before.
  if (asked !== undefined && asked.key !== held?.key) setHeld(asked)
  const target = jump !== null && jump.instead === (asked?.key ?? held?.key) ? jump : held
  const onJump = (place: number, align: 'start' | 'end') =>
    setJump({
      key: `${id} jump ${Date.now()}`,
      place,
      align,
      missing: false,
      instead: asked?.key ?? '',
    })
  const onMoment = (moment: string) =>
    void navigate({
      to: '/conversations/$id',
      params: { id },
      search: (now) => ({ ...now, message: undefined, at: moment }),
      replace: true,
    })
  return (
    <section className={styles.conversation} aria-label={conversation.title}>
      <TimelineHeader conversation={conversation} onJump={onJump} onMoment={onMoment} />
      {asked?.missing && (
        <p className={styles.missing} role="status">
          {t('missing')}
        </p>
      )}
      {total === 0 ? (
        <EmptyState title={t('noMessages')} />
      ) : target === undefined ? (
        <TimelineSkeleton />
      ) : (
        <Timeline
          conversation={id}
          total={total}
          names={conversation.kind === 'GROUP' || own === null || !('side' in own)}
          own={own}
          target={target}
          sought={message}
          onJump={onJump}
        />
      )}
    </section>
  )
}
