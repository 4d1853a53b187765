// One import, followed while it runs: by subscription, or by asking again while there is none.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import {
  ImportDocument,
  ImportProgressDocument,
  type ImportQuery,
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
    // What the import changed is asked for again.
    () =>
      void forget(
        ImportDocument,
        ImportsDocument,
        OverviewDocument,
        RejectsDocument,
        LedgerDocument,
      ),
  )
  useEffect(() => setUp(live), [live])
  return query
}
