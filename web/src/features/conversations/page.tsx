// Conversations: the list at the side, the one that is open beside it; on a phone one after the other.
import { Outlet, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '#/ui/States'
import { ConversationList } from './ConversationList'
import styles from './page.module.css'

export function ConversationsPage() {
  const { id } = useParams({ strict: false })
  return (
    <div className={`${styles.panes} ${id === undefined ? '' : styles.open}`}>
      <div className={styles.list}>
        <ConversationList open={id} />
      </div>
      <div className={styles.pane}>
        <Outlet />
      </div>
    </div>
  )
}

/** Beside the list while no conversation is open. */
export function NoConversation() {
  const { t } = useTranslation('conversations')
  return <EmptyState title={t('choose')} text={t('chooseText')} />
}
