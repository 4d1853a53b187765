// The page of the address; where it shows content, only with a mark of who looks, which is asked for first.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Outlet, useMatches } from '@tanstack/react-router'
import { type MarkedPage, PageMarkDocument } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageMark } from '#/ui/PageMark'
import { RowsSkeleton } from '#/ui/States'

/** How long a mark stands, in milliseconds: each is an event, so that going back at once makes none. */
const FRESH_MS = 60_000

/** Which page it is and about what, as the innermost part of the address that is marked says. */
type Opened = { page: MarkedPage; about: string | null }

export function Marked() {
  const opened = useMatches({
    select: (matches): Opened | undefined => {
      const match = matches.findLast(({ staticData }) => staticData.marked)
      const page = match?.staticData.marked
      const id = match && 'id' in match.params ? match.params.id : undefined
      return page && { page, about: typeof id === 'string' ? id : null }
    },
    structuralSharing: true,
  })
  return opened ? <WithMark {...opened} /> : <Outlet />
}

function WithMark(opened: Opened) {
  // From one page to the next the old mark stays until the new one comes, so that parts they share stay too.
  const query = useQuery({
    ...queryOf(PageMarkDocument, opened),
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  })
  return (
    <Answer query={query} skeleton={<RowsSkeleton rows={8} height={41} />}>
      {({ pageMark }) => (
        <>
          {pageMark && <PageMark mark={pageMark} />}
          <Outlet />
        </>
      )}
    </Answer>
  )
}
