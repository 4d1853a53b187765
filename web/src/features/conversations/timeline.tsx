import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function ConversationPage() {
  const { t } = useTranslation('conversations')
  return <PageHeader title={t('title')} />
}
