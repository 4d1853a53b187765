import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function MessagePage() {
  const { t } = useTranslation('message')
  return <PageHeader title={t('title')} />
}
