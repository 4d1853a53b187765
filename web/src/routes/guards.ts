// Who may enter where. The server decides every question again; this only spares people dead ends.
import { redirect } from '@tanstack/react-router'
import type { Action, MarkedPage } from '#/api/gen/operations'
import { may, sessionQuery } from '#/lib/access'
import { queryClient } from '#/lib/query'

/** Lets only signed-in viewers pass; others go to sign in and come back afterwards. */
export async function signedIn({ location }: { location: { href: string } }): Promise<void> {
  const { viewer, setup } = await queryClient.ensureQueryData(sessionQuery)
  if (viewer?.mustEnrol) throw redirect({ to: '/enrol' })
  if (viewer) return
  if (setup.needed) throw redirect({ to: '/setup' })
  throw redirect({ to: '/signin', search: { to: safeTarget(location.href) } })
}

/** Turns those who are signed in already away from the door. */
export async function signedOut(): Promise<void> {
  const { viewer } = await queryClient.ensureQueryData(sessionQuery)
  if (viewer) throw redirect({ to: '/' })
}

/** Lets only those pass who have to enrol a second factor before anything else. */
export async function mustEnrol(): Promise<void> {
  const { viewer } = await queryClient.ensureQueryData(sessionQuery)
  if (!viewer?.mustEnrol) throw redirect({ to: '/' })
}

/** Leads those who may see no figures to a place that is theirs. */
export async function atHome(): Promise<void> {
  const { viewer } = await queryClient.ensureQueryData(sessionQuery)
  if (!viewer || may(viewer, 'READ_DIRECTORY')) return
  throw redirect({ to: may(viewer, 'READ_AUDIT') ? '/audit' : '/approvals' })
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Actions of which the viewer needs one to see the page. */
    needs?: Action[]
    /** Actions of which the viewer needs every one. */
    needsAll?: Action[]
    /** Which page it is, where it shows content and so carries a mark of who looks. */
    marked?: MarkedPage
  }
}

/** A place of this console to go to after signing in; nothing that leads elsewhere. */
export function safeTarget(href: string | undefined): string | undefined {
  if (!href?.startsWith('/') || href.startsWith('//') || href.includes('\\')) return undefined
  return href === '/' ? undefined : href
}
