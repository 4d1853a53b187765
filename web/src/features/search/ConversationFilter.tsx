// The conversation that a search is held to, by its title instead of its id; taken out by its cross.
import { useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { SearchConversationDocument } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { queryOf } from '#/lib/query'
import styles from './ConversationFilter.module.css'

export function ConversationFilter({ id, onClear }: { id: string; onClear: () => void }) {
  const { t } = useTranslation('search')
  const { data } = useQuery({
    ...queryOf(SearchConversationDocument, { id }),
    enabled: useCan()('READ_CONTENT'),
  })
  return (
    <Tag
      className={styles.tag ?? ''}
      closable={{ 'aria-label': t('anyConversation') }}
      onClose={(event) => {
        event.preventDefault()
        onClear()
      }}
    >
      {t('inConversation', { title: data?.conversation?.title ?? id })}
    </Tag>
  )
}
