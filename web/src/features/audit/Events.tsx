// Events as a table, newest first. A row opens to all that its event says.
import { RightOutlined } from '@ant-design/icons'
import { Fragment, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ROW, useListKeys } from '#/lib/keys'
import { SealDrawing } from '#/ui/SealMark'
import { Time } from '#/ui/Time'
import { EventFacts } from './EventFacts'
import styles from './Events.module.css'
import type { Event } from './event'
import { useActor, useSentence } from './sentence'

export function Events(props: { events: Event[]; onSubject: (id: string) => void }) {
  const { t } = useTranslation(['audit', 'model'])
  const body = useRef<HTMLTableSectionElement>(null)
  useListKeys(body)
  return (
    <table className={styles.table} aria-label={t('audit:events')}>
      <thead>
        <tr>
          <th scope="col">{t('audit:time')}</th>
          <th scope="col">{t('audit:who')}</th>
          <th scope="col">{t('audit:what')}</th>
          <th scope="col" className={styles.wide}>
            {t('audit:place')}
          </th>
          <th scope="col" className={styles.wide}>
            <span className="sr-only">{t('audit:proof')}</span>
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {props.events.map((event) => (
          <EventRow key={event.id} event={event} onSubject={props.onSubject} />
        ))}
      </tbody>
    </table>
  )
}

function EventRow({ event, onSubject }: { event: Event; onSubject: (id: string) => void }) {
  const { t } = useTranslation(['audit', 'model'])
  const [open, setOpen] = useState(false)
  const facts = useId()
  const actor = useActor()(event)
  const sentence = useSentence()(event)
  const seal = t(`model:seal.${event.seal.state}`)
  return (
    <Fragment>
      <tr className={open ? styles.opened : undefined}>
        <td className={styles.time}>
          <Time at={event.at} form="second" />
        </td>
        <td className={styles.who}>{actor}</td>
        <td className={styles.what}>
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={open}
            aria-controls={open ? facts : undefined}
            onClick={() => setOpen(!open)}
            {...{ [ROW]: '' }}
          >
            <RightOutlined aria-hidden className={styles.arrow ?? ''} rotate={open ? 90 : 0} />
            <span>{sentence}</span>
          </button>
        </td>
        <td className={styles.wide}>
          <code className="muted">{event.place}</code>
        </td>
        <td className={styles.wide}>
          <span title={seal}>
            <SealDrawing state={event.seal.state} size={16} />
            <span className="sr-only">{seal}</span>
          </span>
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={5} className={styles.facts} id={facts}>
            <EventFacts event={event} onSubject={onSubject} />
          </td>
        </tr>
      )}
    </Fragment>
  )
}
