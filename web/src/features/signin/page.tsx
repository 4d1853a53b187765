import { useTranslation } from 'react-i18next'
import { PageHeader } from '#/ui/Page'

export function SignInPage() {
  const { t } = useTranslation('signin')
  return <PageHeader title={t('title')} />
}
