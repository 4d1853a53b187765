// When the server says that the session has ended, the console goes to the door and comes back after it.
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
    const queries = client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && ended(event.query.state.error)) leave()
    })
    const mutations = client.getMutationCache().subscribe((event) => {
      if (event.type === 'updated' && ended(event.mutation.state.error)) leave()
    })
    return () => {
      queries()
      mutations()
    }
  }, [client, router])
}
