import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function SessionsPage() {
  const { t } = useTranslation('account')
  return <PageHeader title={t('title')} />
}
