// What the viewer may do. The server decides and says so in `viewer.can`; nothing here grants anything.
import { useQuery } from '@tanstack/react-query'
import { type Action, SessionDocument, type SessionQuery } from '#/api/gen/operations'
import { queryOf } from './query'

export type Viewer = NonNullable<SessionQuery['viewer']>

export const sessionQuery = queryOf(SessionDocument, {})

export function may(viewer: Viewer | null | undefined, action: Action): boolean {
  return viewer?.can.includes(action) ?? false
}

export function useViewer(): Viewer | null {
  return useQuery(sessionQuery).data?.viewer ?? null
}

/** A test of what the viewer may do: `const can = useCan(); can('IMPORT')`. */
export function useCan(): (action: Action) => boolean {
  const viewer = useViewer()
  return (action) => may(viewer, action)
}
