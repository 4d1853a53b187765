import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function SearchPage() {
  const { t } = useTranslation('search')
  return <PageHeader title={t('title')} />
}
