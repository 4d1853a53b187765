// A query that follows a subscription, and polls while the subscription is down.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { TypedDocumentString } from '#/api/gen/operations'
import { subscriptions } from './subscribe'

/** How long to wait before a lost subscription is tried again, in milliseconds. */
const AGAIN_MS = 10_000

/**
 * Feeds what a subscription sends into the cached answer of a query.
 * Gives back whether the subscription is up: while it is not, the caller polls.
 */
export function useLive<R, V, Q>(
  wanted: boolean,
  document: TypedDocumentString<R, V>,
  variables: V,
  queryKey: readonly unknown[],
  merge: (data: R) => Q,
  onEnd?: () => void,
): boolean {
  const client = useQueryClient()
  const [up, setUp] = useState(true)
  const [attempt, setAttempt] = useState(0)
  const key = JSON.stringify([wanted, variables, queryKey, attempt])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when anything that matters changed
  useEffect(() => {
    if (!wanted) return
    let again: ReturnType<typeof setTimeout> | undefined
    const stop = subscriptions.subscribe(document, variables, {
      next: (data) => {
        setUp(true)
        client.setQueryData(queryKey, merge(data))
      },
      complete: () => onEnd?.(),
      error: () => {
        setUp(false)
        again = setTimeout(() => setAttempt((n) => n + 1), AGAIN_MS)
      },
    })
    return () => {
      clearTimeout(again)
      stop()
    }
  }, [key])
  return up
}
