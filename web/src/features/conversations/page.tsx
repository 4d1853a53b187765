import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function ConversationsPage() {
  const { t } = useTranslation('conversations')
  return <PageHeader title={t('title')} />
}
