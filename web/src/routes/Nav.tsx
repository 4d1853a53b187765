// The navigation: only places that the viewer may enter.
import {
  ApiOutlined,
  AuditOutlined,
  ContactsOutlined,
  EyeOutlined,
  ImportOutlined,
  LineChartOutlined,
  MessageOutlined,
  SearchOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Action } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import styles from './Nav.module.css'

type Place = {
  key:
    | 'overview'
    | 'conversations'
    | 'search'
    | 'customers'
    | 'staff'
    | 'imports'
    | 'audit'
    | 'preview'
    | 'settings'
    | 'explorer'
  to: LinkProps['to']
  icon: ReactNode
  needs: Action[]
}

const WORK: Place[] = [
  { key: 'overview', to: '/', icon: <LineChartOutlined />, needs: [] },
  {
    key: 'conversations',
    to: '/conversations',
    icon: <MessageOutlined />,
    needs: ['READ_CONTENT'],
  },
  { key: 'search', to: '/search', icon: <SearchOutlined />, needs: ['SEARCH'] },
  { key: 'customers', to: '/customers', icon: <ContactsOutlined />, needs: ['READ_DIRECTORY'] },
  { key: 'staff', to: '/staff', icon: <TeamOutlined />, needs: ['READ_DIRECTORY'] },
]

const UPKEEP: Place[] = [
  { key: 'imports', to: '/imports', icon: <ImportOutlined />, needs: ['IMPORT', 'READ_IMPORTS'] },
  { key: 'audit', to: '/audit', icon: <AuditOutlined />, needs: ['READ_AUDIT'] },
  { key: 'preview', to: '/preview', icon: <EyeOutlined />, needs: ['MANAGE_ROLES'] },
  { key: 'settings', to: '/settings', icon: <SettingOutlined />, needs: [] },
  { key: 'explorer', to: '/explorer', icon: <ApiOutlined />, needs: [] },
]

export function Nav() {
  const { t } = useTranslation('shell')
  return (
    <nav className={styles.nav} aria-label={t('navigation')}>
      <Places places={WORK} />
      <Places places={UPKEEP} />
    </nav>
  )
}

function Places({ places }: { places: Place[] }) {
  const { t } = useTranslation('shell')
  const can = useCan()
  return (
    <ul>
      {places
        .filter((place) => place.needs.length === 0 || place.needs.some(can))
        .map((place) => (
          <li key={place.key}>
            <Link
              to={place.to}
              activeOptions={{ exact: place.to === '/', includeSearch: false }}
              activeProps={{ className: styles.here ?? '' }}
            >
              {place.icon}
              {t(`nav.${place.key}`)}
            </Link>
          </li>
        ))}
    </ul>
  )
}
