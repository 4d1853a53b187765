// One import, followed while it runs: by subscription, or by asking again while there is none.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import {
  ImportDocument,
  ImportProgressDocument,
  type ImportQuery,
  type ImportState,
  ImportsDocument,
  LedgerDocument,
  OverviewDocument,
  RejectsDocument,
} from '#/api/gen/operations'
import { useLive } from '#/lib/live'
import { forget, queryOf } from '#/lib/query'

/** How often to ask while the subscription is down, in milliseconds. */
const POLL_MS = 1_000

export function useImport(id: string) {
  const options = queryOf(ImportDocument, { id })
  const [up, setUp] = useState(true)
  const query = useQuery({
    ...options,
    refetchInterval: ({ state }) =>
      state.data?.import?.state === 'RUNNING' && !up ? POLL_MS : false,
  })
  const live = useLive(
    query.data?.import?.state === 'RUNNING',
    ImportProgressDocument,
    { id },
    options.queryKey,
    (data): ImportQuery => ({ import: data.importProgress }),
    () => void forget(ImportDocument),
  )
  useEffect(() => setUp(live), [live])
  useForgetAtEnd(query.data?.import?.state)
  return query
}

/** What an import changed is asked for again when it has been seen to end, whichever way its progress came. */
function useForgetAtEnd(state: ImportState | undefined): void {
  const running = useRef(false)
  useEffect(() => {
    if (running.current && state !== 'RUNNING') {
      void forget(ImportsDocument, OverviewDocument, RejectsDocument, LedgerDocument)
    }
    running.current = state === 'RUNNING'
  }, [state])
}
