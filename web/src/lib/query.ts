// TanStack Query around typed documents: one key per operation and variables, pages by Relay cursors.
import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query'
import type { TypedDocumentString } from '#/api/gen/operations'
import { ApiError, operationName, request } from './graphql'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // Only an unreachable server is worth a second try; every other fault repeats itself.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && error.code === 'NETWORK',
    },
  },
})

/** A query by its document: `useQuery(queryOf(OverviewDocument, { days: 90 }))`. */
export function queryOf<R, V>(document: TypedDocumentString<R, V>, variables: V) {
  return queryOptions({
    queryKey: [operationName(document), variables] as const,
    queryFn: ({ signal }) => request(document, variables, signal),
  })
}

type PageInfo = { hasNextPage: boolean; endCursor: string | null }

/** A list by its document, page after page: `useInfiniteQuery(pagesOf(doc, vars, (d) => d.users.pageInfo))`. */
export function pagesOf<R, V extends { after?: string | null | undefined }>(
  document: TypedDocumentString<R, V>,
  variables: Omit<V, 'after'>,
  pageInfo: (data: R) => PageInfo | null | undefined,
) {
  return infiniteQueryOptions({
    queryKey: [operationName(document), 'pages', variables] as const,
    queryFn: ({ pageParam, signal }) =>
      request(document, { ...variables, after: pageParam } as V, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const info = pageInfo(last)
      return info?.hasNextPage ? info.endCursor : null
    },
  })
}

/** Forgets what a change made stale, by operation name. */
export function forget(...documents: { toString(): string }[]): Promise<unknown> {
  const names = new Set(documents.map(operationName))
  return queryClient.invalidateQueries({
    predicate: (query) => names.has(String(query.queryKey[0])),
  })
}
