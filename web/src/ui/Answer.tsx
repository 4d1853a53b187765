// The three fates of a question: still waiting, failed, answered.
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorState, RowsSkeleton } from './States'

type Asked<D> = Pick<UseQueryResult<D>, 'data' | 'error' | 'refetch'>

export function Answer<D>(props: {
  query: Asked<D>
  skeleton?: ReactNode
  children: (data: D) => ReactNode
}) {
  const { data, error, refetch } = props.query
  // An answer that is there stays on the page, even when asking again has failed.
  if (data !== undefined) return props.children(data)
  if (error) return <ErrorState error={error} retry={() => void refetch()} />
  return props.skeleton ?? <RowsSkeleton />
}
