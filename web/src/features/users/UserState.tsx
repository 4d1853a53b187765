// Whether a user may sign in, and whether somebody who was invited has come.
import { useTranslation } from 'react-i18next'
import type { UsersQuery } from '#/api/gen/operations'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'

type User = Pick<UsersQuery['users'][number], 'active' | 'invitedUntil'>

export function UserState({ user }: { user: User }) {
  const { t } = useTranslation('users')
  if (!user.active) return <Status tone="quiet">{t('suspended')}</Status>
  if (!user.invitedUntil) return <Status tone="good">{t('active')}</Status>
  if (Date.parse(user.invitedUntil) <= Date.now()) {
    return <Status tone="warn">{t('inviteOver')}</Status>
  }
  return (
    <>
      <Status tone="busy">{t('invited')}</Status>
      <div className="muted">
        {t('invitedUntil')} <Time at={user.invitedUntil} />
      </div>
    </>
  )
}
