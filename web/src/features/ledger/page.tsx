import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function LedgerPage() {
  const { t } = useTranslation('ledger')
  return <PageHeader title={t('title')} />
}
