import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function SystemPage() {
  const { t } = useTranslation('system')
  return <PageHeader title={t('title')} />
}
