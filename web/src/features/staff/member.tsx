import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function StaffPage() {
  const { t } = useTranslation('staff')
  return <PageHeader title={t('title')} />
}
