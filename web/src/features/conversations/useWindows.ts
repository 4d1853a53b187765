// The messages of a conversation by their place, fetched window by window as they are wanted.
import { useQueries } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  type TimelinePartsFragment,
  TimelineWindowDocument,
  type TimelineWindowQuery,
} from '#/api/gen/operations'
import { forget, queryOf } from '#/lib/query'
import { requestOf, WINDOW } from './windows'

export type Row = {
  message: TimelinePartsFragment
  before: TimelinePartsFragment | undefined
}

export type Windows = {
  /** The message at a place, and the one before it; undefined while it is not there. */
  at: (place: number) => Row | undefined
  /** Whether a window is there. */
  has: (window: number) => boolean
  pending: boolean
  error: Error | null
  retry: () => void
}

/** A window is not asked for again for this long, in milliseconds: every reading is an event in the ledger. */
const FRESH_MS = 5 * 60_000
/** How often a window is asked again while one of its records waits for its checkpoint, in milliseconds. */
const SEAL_MS = 2_000

/** `total` is what the conversation's head counts. When it has grown, windows that are too short are asked for again. */
export function useWindows(id: string, wanted: readonly number[], total: number): Windows {
  const answers = useQueries({
    queries: wanted.map((window) => ({
      ...queryOf(TimelineWindowDocument, { id, ...requestOf(window) }),
      staleTime: FRESH_MS,
      refetchInterval: (query: { state: { data?: TimelineWindowQuery | undefined } }) =>
        waits(query.state.data) ? SEAL_MS : (false as const),
    })),
  })
  const known = new Map<number, readonly TimelinePartsFragment[]>()
  wanted.forEach((window, i) => {
    const nodes = answers[i]?.data?.conversation?.messages.nodes
    if (nodes) known.set(window, nodes)
  })
  const short = wanted.some((window) => {
    const { offset, first } = requestOf(window)
    return (known.get(window)?.length ?? first) < Math.min(first, total - offset)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new total asks again where it finds a window too short
  useEffect(() => {
    if (short) void forget(TimelineWindowDocument)
  }, [short, total])

  const failed = answers.filter((answer) => answer.isError && !answer.data)
  return {
    at: (place) => {
      const window = Math.floor(place / WINDOW)
      const nodes = known.get(window)
      const { offset } = requestOf(window)
      const message = nodes?.[place - offset]
      return message && { message, before: nodes?.[place - offset - 1] }
    },
    has: (window) => known.has(window),
    pending: answers.some((answer) => answer.isPending),
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const answer of failed) void answer.refetch()
    },
  }
}

function waits(data: TimelineWindowQuery | undefined): boolean {
  const nodes = data?.conversation?.messages.nodes ?? []
  return nodes.some((node) => node.seal.state === 'WAITING')
}
