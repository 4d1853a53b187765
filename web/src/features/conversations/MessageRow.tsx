// One message of a timeline: day line, head of a group, what it says, its time and seal.
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { TimelinePartsFragment } from '#/api/gen/operations'
import { formatTime } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { MessageBody } from '#/ui/MessageBody'
import { isNotice, NoticeText } from '#/ui/MessageNotice'
import { SealMark } from '#/ui/SealMark'
import { Time } from '#/ui/Time'
import styles from './MessageRow.module.css'
import { type Own, shapeOf, sideOf } from './shape'

export type MessageRowProps = {
  /** Undefined while it is not there: then the row only holds its place. */
  message: TimelinePartsFragment | undefined
  before: TimelinePartsFragment | undefined
  conversation: string
  /** Place in the conversation, from 0, and how many there are. */
  place: number
  total: number
  /** Whether names are shown above messages. */
  names: boolean
  /** Who stands on the right. */
  own: Own
  /** The message that was asked for. */
  sought: boolean
  /** Reached by the tab key. */
  current: boolean
}

type There = MessageRowProps & { message: TimelinePartsFragment }

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, place } = props
  const side = message ? sideOf(message, props.own) : 'other'
  const classes = [
    styles.row,
    styles[side],
    props.sought && styles.sought,
    place === props.total - 1 && styles.last,
  ]
  return (
    <article
      className={classes.filter(Boolean).join(' ')}
      aria-posinset={place + 1}
      aria-setsize={props.total}
      aria-labelledby={`from-${place} at-${place}`}
      aria-describedby={`says-${place}`}
      aria-current={props.sought || undefined}
      aria-busy={message ? undefined : true}
      tabIndex={props.current ? 0 : -1}
      data-place={place}
      data-message={message?.id}
    >
      {message ? <Contents {...props} message={message} /> : <Skeleton place={place} />}
    </article>
  )
})

function Contents(props: There) {
  const { message, before } = props
  const shape = shapeOf(message, before)
  return (
    <>
      {shape.day && <DayLine at={message.at} />}
      <Head {...props} opens={shape.opens} />
      {isNotice(message.kind) ? <Notice {...props} /> : <Bubble {...props} />}
    </>
  )
}

/** Holds the place of a message that is not there yet. */
function Skeleton({ place }: { place: number }) {
  return (
    <div className={styles.skeleton}>
      <span className={place % 3 === 0 ? styles.skeletonOwn : ''} />
    </div>
  )
}

/** In the place of the whole list until it is known where to begin. */
export function TimelineSkeleton() {
  const { t } = useTranslation('common')
  return (
    <div className={styles.waiting} role="status" aria-label={t('loading')}>
      {[1, 2, 3, 4, 5, 6, 7, 8].map((place) => (
        <div key={place} className={styles.row}>
          <Skeleton place={place} />
        </div>
      ))}
    </div>
  )
}

function DayLine({ at }: { at: string }) {
  const { language } = usePreferences()
  return (
    <div className={styles.day}>
      <time dateTime={at}>
        {formatTime(at, 'day', language)} {formatTime(at, 'weekday', language)}
      </time>
    </div>
  )
}

/** Who speaks. Said aloud for every message, shown where a group of messages begins. */
function Head({ message, names, opens, place }: There & { opens: boolean }) {
  const { t } = useTranslation('common')
  const name = message.from?.name ?? t('unknown')
  const shown = opens && names && !isNotice(message.kind)
  return (
    <div className={shown ? styles.head : opens ? styles.gap : 'sr-only'} id={`from-${place}`}>
      <span className={shown ? '' : 'sr-only'}>{name}</span>
    </div>
  )
}

function Bubble({ message, place }: There) {
  return (
    <div className={styles.line}>
      <div
        className={`${styles.bubble} ${message.recalledBy ? styles.recalled : ''}`}
        id={`says-${place}`}
      >
        {message.recalledBy && <Recalled at={message.recalledBy.at} />}
        <MessageBody
          id={message.id}
          kind={message.kind}
          sourceKind={message.sourceKind}
          body={message.body}
          by={message.from?.name}
          at={message.at}
        />
      </div>
      <Meta message={message} place={place} />
    </div>
  )
}

function Recalled({ at }: { at: string }) {
  const { t } = useTranslation('body')
  const { language } = usePreferences()
  return (
    <p className={styles.recall} title={formatTime(at, 'full', language)}>
      {t('recalled')}
      <span className="sr-only">
        {t('recalledAt', { time: formatTime(at, 'second', language) })}
      </span>
    </p>
  )
}

/** The time of one message, and its seal. */
function Meta({ message, place }: { message: TimelinePartsFragment; place: number }) {
  return (
    <div className={styles.meta}>
      <span id={`at-${place}`}>
        <Time at={message.at} form="clock" />
      </span>
      <SealMark state={message.seal.state} message={message.id} size={14} />
    </div>
  )
}

function Notice({ message, place, conversation }: There) {
  const { t } = useTranslation('conversations')
  if (!isNotice(message.kind)) return null
  return (
    <div className={styles.notice}>
      <span id={`says-${place}`}>
        <NoticeText kind={message.kind} name={message.from?.name} />
      </span>
      {message.recalls && (
        <Link
          to="/conversations/$id"
          params={{ id: conversation }}
          search={(now) => ({ ...now, message: message.recalls?.id, at: undefined })}
          replace
        >
          {t('showRecalled')}
        </Link>
      )}
      <Meta message={message} place={place} />
    </div>
  )
}
