// Who, to whom, when and where: the facts of a message.
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { Fragment, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LinkedPartyFragment, MessageQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { formatTime } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { Count } from '#/ui/Figures'
import { Facts, Section } from '#/ui/Page'
import styles from './page.module.css'

type Message = NonNullable<MessageQuery['message']>

/** Receivers that are named before the rest is asked for; a group may have thousands. */
const NAMED_MAX = 20

export function MessageFacts({ message }: { message: Message }) {
  const { t } = useTranslation(['message', 'model', 'common'])
  const { conversation, from, to, sentAt, receivedAt, sequence } = message
  const facts: [string, ReactNode][] = [
    [t('message:from'), from ? <PartyLine key="from" party={from} /> : t('common:unknown')],
    [t('message:to'), to.length > 0 ? <Parties key="to" parties={to} /> : t('common:none')],
    [t('message:sentAt'), sentAt ? <FullTime key="sent" at={sentAt} /> : t('message:noTime')],
    [t('message:receivedAt'), <FullTime key="received" at={receivedAt} />],
    [
      t('message:conversation'),
      conversation ? (
        <Link
          key="conversation"
          to="/conversations/$id"
          params={{ id: conversation.id }}
          search={{ message: message.id }}
        >
          {conversation.title}
        </Link>
      ) : (
        t('message:noConversation')
      ),
    ],
  ]
  if (sequence !== null) {
    facts.push([t('message:sequence'), <Count key="sequence" value={sequence} />])
  }
  facts.push([
    t('message:kind'),
    <Fragment key="kind">
      {t(`model:channel.${message.channel}`)} · {t(`model:kind.${message.kind}`)}{' '}
      <code className="muted">{message.sourceKind}</code>
    </Fragment>,
  ])
  return (
    <Section title={t('message:facts')}>
      <Facts facts={facts} />
    </Section>
  )
}

/** A moment with its zone, for those who quote it. */
function FullTime({ at }: { at: string }) {
  const { language } = usePreferences()
  return (
    <>
      <time className="figures" dateTime={at}>
        {formatTime(at, 'full', language)}
      </time>{' '}
      <code className="muted">{at}</code>
    </>
  )
}

function Parties({ parties }: { parties: readonly LinkedPartyFragment[] }) {
  const { t } = useTranslation('message')
  const [all, setAll] = useState(false)
  const shown = all ? parties : parties.slice(0, NAMED_MAX)
  return (
    <>
      {shown.map((party) => (
        <div key={party.channelId}>
          <PartyLine party={party} />
        </div>
      ))}
      {shown.length < parties.length && (
        <Button size="small" onClick={() => setAll(true)}>
          {t('allReceivers', { count: parties.length })}
        </Button>
      )}
    </>
  )
}

function PartyLine({ party }: { party: LinkedPartyFragment }) {
  const { t } = useTranslation('model')
  const may = useCan()('READ_DIRECTORY')
  const { customer, staff } = party
  return (
    <span className={styles.party}>
      {may && customer ? (
        <Link to="/customers/$id" params={{ id: customer.id }}>
          {party.name}
        </Link>
      ) : may && staff ? (
        <Link to="/staff/$id" params={{ id: staff.id }}>
          {party.name}
        </Link>
      ) : (
        party.name
      )}{' '}
      <span className="muted">
        {t(`side.${party.side}`)} <code>{party.channelId}</code>
      </span>
    </span>
  )
}
