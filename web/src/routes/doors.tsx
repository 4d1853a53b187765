// The ways in, and the frame around every page behind them.
import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { mustEnrol, safeTarget, signedIn, signedOut } from './guards'
import { NotFound } from './NotFound'
import { Shell } from './Shell'

export const root = createRootRoute({ notFoundComponent: NotFound })

const signin = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  beforeLoad: signedOut,
  validateSearch: (
    search: Record<string, unknown>,
  ): { to?: string | undefined; refusal?: string | undefined } => ({
    to: typeof search.to === 'string' ? safeTarget(search.to) : undefined,
    refusal: typeof search.refusal === 'string' ? search.refusal : undefined,
  }),
  component: lazyRouteComponent(() => import('#/features/signin/page'), 'SignInPage'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('#/features/setup/page'), 'SetupPage'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('#/features/setup/invitation'), 'InvitationPage'),
})

const handover = createRoute({
  getParentRoute: () => root,
  path: '/handover',
  component: lazyRouteComponent(
    () => import('#/features/packages/handover'),
    'PackageHandoverPage',
  ),
})

const enrol = createRoute({
  getParentRoute: () => root,
  path: '/enrol',
  beforeLoad: mustEnrol,
  component: lazyRouteComponent(() => import('#/features/account/demanded'), 'DemandedPage'),
})

export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: signedIn,
  component: Shell,
})

/** What is open to those who have not signed in. */
export const doors = [signin, setup, invitation, handover, enrol] as const
