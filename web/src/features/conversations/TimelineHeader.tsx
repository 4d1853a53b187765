// The head of a conversation: title, people, figures, and the ways through it.
import {
  ArrowLeftOutlined,
  SearchOutlined,
  VerticalAlignBottomOutlined,
  VerticalAlignTopOutlined,
} from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, DatePicker } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConversationHeadQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { dayOf } from '#/lib/days'
import { CollectButton } from '#/ui/Collect'
import { MakePackage } from '#/ui/MakePackage'
import { useTitle } from '#/ui/Page'
import { Time } from '#/ui/Time'
import { WhoLooked } from '#/ui/WhoLooked'
import styles from './TimelineHeader.module.css'

type Head = NonNullable<ConversationHeadQuery['conversation']>

/** People named in the head; a group may have thousands. */
const NAMED_MAX = 8

export function TimelineHeader(props: {
  conversation: Head
  onJump: (place: number, align: 'start' | 'end') => void
  onMoment: (at: string) => void
}) {
  const { t } = useTranslation(['conversations', 'common', 'model'])
  const { conversation } = props
  const { title, messageCount, firstAt, lastAt } = conversation
  const oneDay = dayOf(new Date(firstAt)) === dayOf(new Date(lastAt))
  useTitle(title)
  return (
    <header className={styles.header}>
      <Link
        to="/conversations"
        search={(now) => ({ kind: now.kind, customer: now.customer, staff: now.staff })}
        className={styles.back}
        aria-label={t('conversations:backToList')}
      >
        <ArrowLeftOutlined />
      </Link>
      <div className={styles.words}>
        <h1>{title}</h1>
        <p className={styles.people}>
          <People conversation={conversation} />
        </p>
        <p className={styles.facts}>
          {t(`model:channel.${conversation.channel}`)} ·{' '}
          {t(`model:conversation.${conversation.kind}`)} ·{' '}
          {t('common:messages', { count: messageCount })} · <Time at={firstAt} form="day" />
          {!oneDay && (
            <>
              {' – '}
              <Time at={lastAt} form="day" />
            </>
          )}
        </p>
        <MakePackage of={{ conversation: conversation.id }} />
      </div>
      <Ways {...props} />
    </header>
  )
}

const SIDES = ['CUSTOMER', 'STAFF', 'ROBOT'] as const

function People({ conversation }: { conversation: Head }) {
  const { t } = useTranslation(['conversations', 'model'])
  const { parties } = conversation
  const named = parties.slice(0, NAMED_MAX)
  return (
    <>
      {SIDES.map((side) => {
        const people = named.filter((party) => party.side === side)
        if (people.length === 0) return null
        return (
          <span key={side} className={styles.side}>
            <span className="muted">{t(`model:side.${side}`)}</span>{' '}
            {people.map((party, place) => (
              <Fragment key={party.channelId}>
                {place > 0 && '、'}
                <PartyName party={party} />
              </Fragment>
            ))}
          </span>
        )
      })}
      {parties.length > NAMED_MAX && t('conversations:peopleMore', { count: parties.length })}
    </>
  )
}

function PartyName({ party }: { party: Head['parties'][number] }) {
  const may = useCan()('READ_DIRECTORY')
  if (may && party.customer) {
    return (
      <Link to="/customers/$id" params={{ id: party.customer.id }}>
        {party.name}
      </Link>
    )
  }
  if (may && party.staff) {
    return (
      <Link to="/staff/$id" params={{ id: party.staff.id }}>
        {party.name}
      </Link>
    )
  }
  return party.name
}

function Ways(props: {
  conversation: Head
  onJump: (place: number, align: 'start' | 'end') => void
  onMoment: (at: string) => void
}) {
  const { t } = useTranslation('conversations')
  const can = useCan()
  const { id, messageCount, firstAt, lastAt } = props.conversation
  return (
    <div className={styles.ways}>
      <DatePicker<Dayjs>
        className={styles.date ?? ''}
        value={null}
        placeholder={t('toDate')}
        aria-label={t('toDate')}
        minDate={dayjs(firstAt)}
        maxDate={dayjs(lastAt)}
        onChange={(day) => {
          if (day) props.onMoment(day.startOf('day').toISOString())
        }}
      />
      <Button
        icon={<VerticalAlignTopOutlined />}
        aria-label={t('toFirst')}
        title={t('toFirst')}
        onClick={() => props.onJump(0, 'start')}
      />
      <Button
        icon={<VerticalAlignBottomOutlined />}
        aria-label={t('toLast')}
        title={t('toLast')}
        onClick={() => props.onJump(Math.max(0, messageCount - 1), 'end')}
      />
      {can('SEARCH') && (
        <Link
          className={styles.search}
          to="/search"
          search={{ q: `conversation:${id} ` }}
          aria-label={t('searchHere')}
          title={t('searchHere')}
        >
          <SearchOutlined />
        </Link>
      )}
      <CollectButton what={{ conversation: id, firstAt, lastAt }} quiet />
      {can('READ_AUDIT') && <WhoLooked subject={id} className={styles.search} quiet />}
    </div>
  )
}
