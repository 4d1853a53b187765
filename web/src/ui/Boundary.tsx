// Catches what a page throws, so that a fault of one page leaves the rest of the console standing.
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { EmptyState } from './States'

/** Shown by the router in the place of a page that threw. */
export function CrashState({ error }: { error: unknown }) {
  const { t } = useTranslation('common')
  return (
    <div role="alert">
      <EmptyState
        title={t('error.crash')}
        text={
          <>
            {t('error.crashText')}
            <br />
            <code>{error instanceof Error ? error.message : String(error)}</code>
          </>
        }
        action={<Button onClick={() => window.location.reload()}>{t('error.reload')}</Button>}
      />
    </div>
  )
}
