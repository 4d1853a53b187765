// What waits for the viewer: a number beside the place in the navigation, and a line above every other page.
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApprovalsWaitingDocument } from '#/api/gen/operations'
import { useViewer } from '#/lib/access'
import { queryOf } from '#/lib/query'
import styles from './Approvals.module.css'

/** How often it is asked, in milliseconds. */
const POLL_MS = 30_000

function useWaiting(): { toDecide: number; toCarryOut: number } {
  const enabled = useViewer() !== null
  const { data } = useQuery({
    ...queryOf(ApprovalsWaitingDocument, {}),
    enabled,
    refetchInterval: POLL_MS,
  })
  return data?.approvalsWaiting ?? { toDecide: 0, toCarryOut: 0 }
}

export function ApprovalsBadge() {
  const { t } = useTranslation('approvals')
  const { toDecide, toCarryOut } = useWaiting()
  const count = toDecide + toCarryOut
  if (count === 0) return null
  return (
    <span className={styles.badge} role="img" aria-label={t('badge', { count })}>
      {count}
    </span>
  )
}

export function ApprovalsReminder() {
  const { t } = useTranslation('approvals')
  const { toDecide, toCarryOut } = useWaiting()
  const { pathname } = useLocation()
  if (pathname.startsWith('/approvals') || toDecide + toCarryOut === 0) return null
  return (
    <div className={styles.reminder} role="status">
      <span>
        {toDecide > 0
          ? t('reminder', { count: toDecide })
          : t('reminderMine', { count: toCarryOut })}
      </span>
      <Link to="/approvals" search={{ view: toDecide > 0 ? undefined : 'mine' }}>
        {t('reminderOpen')}
      </Link>
    </div>
  )
}
