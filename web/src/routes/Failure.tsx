// What stands in the place of a page that could not be shown.
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '#/lib/graphql'
import { CrashState } from '#/ui/Boundary'
import { EmptyState, ErrorState } from '#/ui/States'
import { NotAllowed } from './guards'

export function Failure({ error }: { error: unknown }) {
  const { t } = useTranslation('shell')
  const router = useRouter()
  if (error instanceof NotAllowed) {
    return <EmptyState title={t('forbidden.title')} text={t('forbidden.text')} />
  }
  if (error instanceof ApiError) {
    return <ErrorState error={error} retry={() => void router.invalidate()} />
  }
  return <CrashState error={error} />
}
