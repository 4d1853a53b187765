import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useTitle } from '#/ui/Page'
import { EmptyState } from '#/ui/States'

export function NotFound() {
  const { t } = useTranslation('shell')
  useTitle(t('notFound.title'))
  return (
    <EmptyState
      page
      title={t('notFound.title')}
      text={t('notFound.text')}
      action={<Link to="/">{t('notFound.home')}</Link>}
    />
  )
}
