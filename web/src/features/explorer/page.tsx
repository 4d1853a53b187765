import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function ExplorerPage() {
  const { t } = useTranslation('explorer')
  return <PageHeader title={t('title')} />
}
