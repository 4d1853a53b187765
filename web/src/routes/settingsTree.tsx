// The settings: one's own account, and what administrators set.
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { shell } from './doors'
import { Settings } from './Settings'

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: Settings,
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/account' })
  },
})

const account = createRoute({
  getParentRoute: () => settings,
  path: '/account',
  component: lazyRouteComponent(() => import('#/features/account/page'), 'AccountPage'),
})

const sessions = createRoute({
  getParentRoute: () => settings,
  path: '/sessions',
  component: lazyRouteComponent(() => import('#/features/account/sessions'), 'SessionsPage'),
})

const tokens = createRoute({
  getParentRoute: () => settings,
  path: '/tokens',
  staticData: { needs: ['MANAGE_OWN_TOKENS'] },
  component: lazyRouteComponent(() => import('#/features/account/tokens'), 'TokensPage'),
})

/** Where users stood before they had a place of their own. */
const formerUsers = createRoute({
  getParentRoute: () => settings,
  path: '/users',
  beforeLoad: () => {
    throw redirect({ to: '/users' })
  },
})

const policy = createRoute({
  getParentRoute: () => settings,
  path: '/policy',
  staticData: { needs: ['MANAGE_USERS', 'MANAGE_ROLES'] },
  component: lazyRouteComponent(() => import('#/features/policy/page'), 'PolicyPage'),
})

const signon = createRoute({
  getParentRoute: () => settings,
  path: '/signon',
  staticData: { needsAll: ['MANAGE_USERS', 'MANAGE_ROLES'] },
  component: lazyRouteComponent(() => import('#/features/signon/page'), 'SignOnPage'),
})

const marks = createRoute({
  getParentRoute: () => settings,
  path: '/marks',
  staticData: { needs: ['MANAGE_ROLES'] },
  component: lazyRouteComponent(() => import('#/features/marks/page'), 'MarksPage'),
})

const system = createRoute({
  getParentRoute: () => settings,
  path: '/system',
  staticData: { needs: ['READ_SYSTEM'] },
  component: lazyRouteComponent(() => import('#/features/system/page'), 'SystemPage'),
})

const ledger = createRoute({
  getParentRoute: () => settings,
  path: '/ledger',
  staticData: { needs: ['READ_LEDGER'] },
  component: lazyRouteComponent(() => import('#/features/ledger/page'), 'LedgerPage'),
})

const evidence = createRoute({
  getParentRoute: () => settings,
  path: '/evidence',
  staticData: { needs: ['READ_SYSTEM'] },
  component: lazyRouteComponent(() => import('#/features/evidence/page'), 'EvidencePage'),
})

const clause = createRoute({
  getParentRoute: () => settings,
  path: '/clause',
  staticData: { needs: ['READ_SYSTEM', 'EXPORT_EVIDENCE'] },
  component: lazyRouteComponent(() => import('#/features/evidence/clause'), 'ClausePage'),
})

/** The settings with everything in them. */
export const settingsTree = settings.addChildren([
  settingsHome,
  account,
  sessions,
  tokens,
  formerUsers,
  policy,
  signon,
  marks,
  system,
  ledger,
  evidence,
  clause,
])
