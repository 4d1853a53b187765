// The settings: a list of places above (on a phone) or beside the one that is open.
import { Link, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Action } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import styles from './Settings.module.css'

const PLACES: {
  key:
    | 'account'
    | 'sessions'
    | 'tokens'
    | 'policy'
    | 'signon'
    | 'marks'
    | 'system'
    | 'ledger'
    | 'evidence'
    | 'clause'
  needs?: Action[]
}[] = [
  { key: 'account' },
  { key: 'sessions' },
  { key: 'tokens', needs: ['MANAGE_OWN_TOKENS'] },
  { key: 'policy', needs: ['MANAGE_USERS', 'MANAGE_ROLES'] },
  { key: 'signon', needs: ['MANAGE_USERS'] },
  { key: 'marks', needs: ['MANAGE_ROLES'] },
  { key: 'system', needs: ['READ_SYSTEM'] },
  { key: 'ledger', needs: ['READ_LEDGER'] },
  { key: 'evidence', needs: ['READ_SYSTEM'] },
  { key: 'clause', needs: ['READ_SYSTEM', 'EXPORT_EVIDENCE'] },
]

export function Settings() {
  const { t } = useTranslation('shell')
  const can = useCan()
  return (
    <div className={styles.settings}>
      <nav className={styles.places} aria-label={t('nav.settings')}>
        {PLACES.filter((place) => !place.needs || place.needs.some(can)).map((place) => (
          <Link
            key={place.key}
            to={`/settings/${place.key}`}
            activeProps={{ className: styles.here ?? '' }}
          >
            {t(`settings.${place.key}`)}
          </Link>
        ))}
      </nav>
      <div className={styles.page}>
        <Outlet />
      </div>
    </div>
  )
}
