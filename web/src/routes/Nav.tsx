// The navigation: only places that the viewer may enter.
import {
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  CheckSquareOutlined,
  ContactsOutlined,
  EyeOutlined,
  FileProtectOutlined,
  FolderOpenOutlined,
  ImportOutlined,
  LineChartOutlined,
  MessageOutlined,
  SafetyCertificateOutlined,
  SearchOutlined,
  SettingOutlined,
  SwapOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Action } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { ApprovalsBadge } from './Approvals'
import styles from './Nav.module.css'

type Place = {
  key:
    | 'overview'
    | 'conversations'
    | 'search'
    | 'cases'
    | 'customers'
    | 'staff'
    | 'departments'
    | 'users'
    | 'roles'
    | 'handovers'
    | 'packages'
    | 'imports'
    | 'audit'
    | 'approvals'
    | 'preview'
    | 'settings'
    | 'explorer'
  to: LinkProps['to']
  icon: ReactNode
  needs: Action[]
}

const WORK: Place[] = [
  { key: 'overview', to: '/', icon: <LineChartOutlined />, needs: ['READ_DIRECTORY'] },
  {
    key: 'conversations',
    to: '/conversations',
    icon: <MessageOutlined />,
    needs: ['READ_CONTENT'],
  },
  { key: 'search', to: '/search', icon: <SearchOutlined />, needs: ['SEARCH'] },
  { key: 'cases', to: '/cases', icon: <FolderOpenOutlined />, needs: ['MANAGE_CASES'] },
  { key: 'customers', to: '/customers', icon: <ContactsOutlined />, needs: ['READ_DIRECTORY'] },
  { key: 'staff', to: '/staff', icon: <TeamOutlined />, needs: ['READ_DIRECTORY'] },
  {
    key: 'handovers',
    to: '/handovers',
    icon: <SwapOutlined />,
    needs: ['MANAGE_PEOPLE', 'READ_DIRECTORY'],
  },
  {
    key: 'packages',
    to: '/packages',
    icon: <FileProtectOutlined />,
    needs: ['EXPORT_EVIDENCE'],
  },
]

const PEOPLE: Place[] = [
  {
    key: 'departments',
    to: '/departments',
    icon: <ApartmentOutlined />,
    needs: ['MANAGE_PEOPLE'],
  },
  {
    key: 'users',
    to: '/users',
    icon: <UserOutlined />,
    needs: ['MANAGE_USERS', 'MANAGE_ROLES'],
  },
  {
    key: 'roles',
    to: '/roles',
    icon: <SafetyCertificateOutlined />,
    needs: ['MANAGE_USERS', 'MANAGE_ROLES'],
  },
]

const UPKEEP: Place[] = [
  { key: 'imports', to: '/imports', icon: <ImportOutlined />, needs: ['IMPORT', 'READ_IMPORTS'] },
  { key: 'approvals', to: '/approvals', icon: <CheckSquareOutlined />, needs: [] },
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
      <Places places={PEOPLE} />
      <Places places={UPKEEP} />
    </nav>
  )
}

function Places({ places }: { places: Place[] }) {
  const { t } = useTranslation('shell')
  const can = useCan()
  const open = places.filter((place) => place.needs.length === 0 || place.needs.some(can))
  if (open.length === 0) return null
  return (
    <ul>
      {open.map((place) => (
        <li key={place.key}>
          <Link
            to={place.to}
            activeOptions={{ exact: place.to === '/', includeSearch: false }}
            activeProps={{ className: styles.here ?? '' }}
          >
            {place.icon}
            {t(`nav.${place.key}`)}
            {place.key === 'approvals' && <ApprovalsBadge />}
          </Link>
        </li>
      ))}
    </ul>
  )
}
