// A conversation in the narrow list: title and time above, the last words and the count below.

import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ConversationRowPartsFragment } from '#/api/gen/operations'
import { dayOf } from '#/lib/days'
import { ROW } from '#/lib/keys'
import { Count } from '#/ui/Figures'
import { useListed } from '#/ui/listed'
import { isNotice, NoticeText } from '#/ui/MessageNotice'
import { Time } from '#/ui/Time'
import styles from './ConversationItem.module.css'

export function ConversationItem(props: {
  conversation: ConversationRowPartsFragment
  open: boolean
}) {
  const { t } = useTranslation(['common', 'model'])
  const listed = useListed()
  const { id, kind, title, parties, messageCount, lastAt, lastMessage } = props.conversation
  const staff = parties.filter((party) => party.side === 'STAFF').map((party) => party.name)
  const others = listed(staff.filter((name) => name !== title))
  const today = dayOf(new Date()) === dayOf(new Date(lastAt))
  return (
    <li className={`${styles.row} ${props.open ? styles.open : ''}`}>
      <Link
        to="/conversations/$id"
        params={{ id }}
        search={(now) => ({ ...now, message: undefined, at: undefined })}
        className={styles.link}
        aria-current={props.open ? 'page' : undefined}
        {...{ [ROW]: '' }}
      >
        <span className={styles.title}>{title}</span>
        <span className={styles.time}>
          <Time at={lastAt} form={today ? 'clock' : 'day'} />
        </span>
        <span className={styles.last}>{lastMessage && <LastWords message={lastMessage} />}</span>
        <span className={styles.count} title={t('common:messages', { count: messageCount })}>
          <Count value={messageCount} />
        </span>
        <span className={styles.with}>
          {kind === 'GROUP' ? t('model:conversation.GROUP') : others}
        </span>
      </Link>
    </li>
  )
}

type Last = NonNullable<ConversationRowPartsFragment['lastMessage']>

function LastWords({ message }: { message: Last }) {
  const { t } = useTranslation('model')
  if (isNotice(message.kind)) return <NoticeText kind={message.kind} name={message.from?.name} />
  const kind = message.kind === 'TEXT' ? '' : `[${t(`kind.${message.kind}`)}] `
  // Who spoke last is told by side: the customer's words stand alone.
  const from = message.from && message.from.side !== 'CUSTOMER' ? `${message.from.name}：` : ''
  return `${from}${kind}${message.text.replaceAll('\n', ' ')}`
}
