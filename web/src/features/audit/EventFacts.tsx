// All that one event says: what changed, particulars, whom it is about, its place in the ledger and its proof.
import { DownloadOutlined, FilterOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Count } from '#/ui/Figures'
import { Facts } from '#/ui/Page'
import { Time } from '#/ui/Time'
import styles from './EventFacts.module.css'
import { type Event, particulars, type Subject, shortId } from './event'
import { useDetail } from './sentence'

export function EventFacts(props: { event: Event; onSubject: (id: string) => void }) {
  const { t } = useTranslation(['audit', 'model'])
  const { event } = props
  const detail = useDetail()
  const { facts, changes } = particulars(event)
  const rows: [string, ReactNode][] = [
    ...changes.map((one): [string, ReactNode] => [
      detail.name(one.name),
      <span key={one.name}>
        <del>{detail.value(one.name, one.before)}</del> →{' '}
        <ins>{detail.value(one.name, one.after)}</ins>
      </span>,
    ]),
    ...facts.map((one): [string, ReactNode] => [
      detail.name(one.name),
      <span key={one.name} className={styles.value}>
        {detail.value(one.name, one.value)}
      </span>,
    ]),
  ]
  if (event.subjects.length > 0) {
    rows.push([t('audit:subjects'), <Subjects key="subjects" {...props} />])
  }
  rows.push([t('audit:exactTime'), <Time key="time" at={event.at} form="full" />])
  rows.push([t('audit:place'), <code key="place">{event.place}</code>])
  rows.push([t('audit:action'), <code key="action">{event.actionName}</code>])
  rows.push([t('audit:proof'), <Proof key="proof" event={event} />])
  return <Facts facts={rows} />
}

function Proof({ event }: { event: Event }) {
  const { t } = useTranslation(['audit', 'model'])
  return (
    <span className={styles.proof}>
      <span>
        {t(`model:seal.${event.seal.state}`)} · {t('audit:entry')}{' '}
        <Count value={event.seal.index} />
      </span>
      {event.seal.state === 'SEALED' && (
        <>
          <a href={`/api/audit/events/${event.id}/proof`} download>
            <DownloadOutlined /> {t('audit:downloadProof')}
          </a>
          <a href={`/api/audit/events/${event.id}/entry.json`} download>
            <DownloadOutlined /> {t('audit:downloadEntry')}
          </a>
        </>
      )}
    </span>
  )
}

function Subjects({ event, onSubject }: { event: Event; onSubject: (id: string) => void }) {
  const { t } = useTranslation('audit')
  return (
    <ul className={styles.subjects}>
      {event.subjects.map((one) => (
        <li key={one.id}>
          <span className="muted">{t(`subject.${one.kind}`)}</span> <SubjectLink subject={one} />
          <button
            type="button"
            className={styles.only}
            aria-label={t('onlyAbout', { name: one.name ?? shortId(one.id) })}
            title={t('onlyAbout', { name: one.name ?? shortId(one.id) })}
            onClick={() => onSubject(one.id)}
          >
            <FilterOutlined />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Where a subject has a page of its own, the way to it. */
function SubjectLink({ subject }: { subject: Subject }) {
  const { id, kind } = subject
  const name = subject.name ?? shortId(id)
  switch (kind) {
    case 'CASE':
      return (
        <Link to="/cases/$id" params={{ id }}>
          {name}
        </Link>
      )
    case 'CONVERSATION':
      return (
        <Link to="/conversations/$id" params={{ id }}>
          {name}
        </Link>
      )
    case 'CUSTOMER':
      return (
        <Link to="/customers/$id" params={{ id }}>
          {name}
        </Link>
      )
    case 'STAFF':
      return (
        <Link to="/staff/$id" params={{ id }}>
          {name}
        </Link>
      )
    case 'HANDOVER':
      return (
        <Link to="/handovers/$id" params={{ id }}>
          {name}
        </Link>
      )
    case 'HANDOVER_FORM':
      return (
        <Link to="/handovers/forms/$id" params={{ id }}>
          {name}
        </Link>
      )
    case 'IMPORT':
      return (
        <Link to="/imports/$id" params={{ id }}>
          {name}
        </Link>
      )
    case 'MESSAGE':
      return (
        <Link to="/messages/$id" params={{ id }}>
          {name}
        </Link>
      )
    default:
      return <code title={id}>{name}</code>
  }
}
