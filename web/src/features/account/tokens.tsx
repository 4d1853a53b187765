import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function TokensPage() {
  const { t } = useTranslation('account')
  return <PageHeader title={t('title')} />
}
