// When the server says that the session has ended, the console goes to the door and comes back after it;
// when it says that a second factor is demanded now, to where it is enrolled.
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { sessionQuery } from '#/lib/access'
import { ApiError } from '#/lib/graphql'

export function useSessionEnd(): void {
  const client = useQueryClient()
  const router = useRouter()
  useEffect(() => {
    const ended = (error: unknown) => error instanceof ApiError && error.code === 'UNAUTHENTICATED'
    const leave = () => {
      const now = client.getQueryData(sessionQuery.queryKey)
      if (!now?.viewer) return
      client.setQueryData(sessionQuery.queryKey, { ...now, viewer: null })
      void router.invalidate()
    }
    const demanded = (error: unknown) =>
      error instanceof ApiError && error.code === 'ENROLMENT_REQUIRED'
    const enrol = () => {
      const now = client.getQueryData(sessionQuery.queryKey)
      if (!now?.viewer) return
      const viewer = { ...now.viewer, mustEnrol: true }
      client.setQueryData(sessionQuery.queryKey, { ...now, viewer })
      void router.invalidate()
    }
    const heed = (error: unknown) => {
      if (ended(error)) leave()
      if (demanded(error)) enrol()
    }
    const queries = client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated') heed(event.query.state.error)
    })
    const mutations = client.getMutationCache().subscribe((event) => {
      if (event.type === 'updated') heed(event.mutation.state.error)
    })
    return () => {
      queries()
      mutations()
    }
  }, [client, router])
}
