// A conversation in a list: who, the last that was said and whether it is sealed, how many messages, when.

import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ConversationRowPartsFragment } from '#/api/gen/operations'
import { ROW } from '#/lib/keys'
import { useListed } from '#/ui/listed'
import styles from './ConversationRow.module.css'
import { Count } from './Figures'
import { SealMark } from './SealMark'
import { Time } from './Time'

export function ConversationRow({ conversation }: { conversation: ConversationRowPartsFragment }) {
  const { t } = useTranslation(['common', 'model'])
  const listed = useListed()
  const { lastMessage: last, parties, title } = conversation
  const staff = parties.filter((party) => party.side === 'STAFF').map((party) => party.name)
  return (
    <li className={styles.row}>
      <Link
        to="/conversations/$id"
        params={{ id: conversation.id }}
        className={styles.main}
        {...{ [ROW]: '' }}
      >
        <span className={styles.head}>
          <strong className={styles.title}>{title}</strong>
          <span className={styles.with}>
            {conversation.kind === 'GROUP'
              ? t('model:conversation.GROUP')
              : listed(staff.filter((name) => name !== title))}
          </span>
        </span>
        <span className={styles.last}>{last && <LastWords message={last} />}</span>
      </Link>
      <span
        className={styles.count}
        title={t('common:messages', { count: conversation.messageCount })}
      >
        <Count value={conversation.messageCount} />
      </span>
      <span className={styles.time}>
        <Time at={conversation.lastAt} />
      </span>
      <span className={styles.seal}>
        {last && <SealMark state={last.seal.state} message={last.id} />}
      </span>
    </li>
  )
}

type Last = NonNullable<ConversationRowPartsFragment['lastMessage']>

/** The newest message in one line: its words, or its kind where it has none. */
function LastWords({ message }: { message: Last }) {
  const { t } = useTranslation('model')
  const kind = message.kind === 'TEXT' ? '' : `[${t(`kind.${message.kind}`)}] `
  const from = message.from ? `${message.from.name}：` : ''
  return `${from}${kind}${message.text.replaceAll('\n', ' ')}`
}
