import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function SetupPage() {
  const { t } = useTranslation('signin')
  return <PageHeader title={t('title')} />
}
