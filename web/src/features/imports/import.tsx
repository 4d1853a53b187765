import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function ImportPage() {
  const { t } = useTranslation('imports')
  return <PageHeader title={t('title')} />
}
