// Coming in: what the session query knows once somebody has signed in or set the archive up.
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { sessionQuery, type Viewer } from './access'

/** Takes a viewer that the server has just let in, and goes on to a place of the console. */
export function useEnter(): (viewer: Viewer, to?: string) => Promise<void> {
  const client = useQueryClient()
  const router = useRouter()
  return async (viewer, to = '/') => {
    const known = client.getQueryData(sessionQuery.queryKey)?.setup
    const setup = { version: '', passkeyDomain: null, signOn: null, ...known, needed: false }
    client.clear()
    client.setQueryData(sessionQuery.queryKey, { viewer, setup })
    await router.invalidate()
    router.history.push(to)
  }
}
