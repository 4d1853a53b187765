// Search: the query, controls that edit it, what was found. The address holds the query and the order.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { SearchDocument, type SearchOrder } from '#/api/gen/operations'
import { zoneOffsetMinutes } from '#/lib/format'
import { pagesOf } from '#/lib/query'
import { MakePackage } from '#/ui/MakePackage'
import { useTitle } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { RowsSkeleton } from '#/ui/States'
import { FilterBar } from './FilterBar'
import { Found, Hits } from './Hits'
import styles from './page.module.css'
import { QueryBox } from './QueryBox'
import { SyntaxFault } from './SyntaxFault'
import { SyntaxHelp } from './SyntaxHelp'

const PAGE_SIZE = 30
/** How long an answer stands, in milliseconds: every search is an event in the ledger, so that going back asks nothing. */
const FRESH_MS = 5 * 60_000

export function SearchPage() {
  const { t } = useTranslation('search')
  const { q, order } = useSearch({ from: '/shell/search' })
  const navigate = useNavigate()
  useTitle(q ? t('titleOf', { query: q }) : t('title'))
  const ask = (query: string, next: SearchOrder | undefined = order) =>
    void navigate({
      to: '/search',
      search: {
        q: query.trim() || undefined,
        order: next === 'NEWEST' ? undefined : next,
      },
    })
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <QueryBox query={q ?? ''} onAsk={ask} />
      <FilterBar query={q ?? ''} onChange={ask} />
      {q !== undefined && <MakePackage of={{ query: q }} />}
      {q === undefined ? (
        <SyntaxHelp />
      ) : (
        <Results query={q} order={order ?? 'NEWEST'} onOrder={(next) => ask(q, next)} />
      )}
    </>
  )
}

function Results(props: {
  query: string
  order: SearchOrder
  onOrder: (order: SearchOrder) => void
}) {
  const answer = useInfiniteQuery({
    ...pagesOf(
      SearchDocument,
      {
        query: props.query,
        order: props.order,
        first: PAGE_SIZE,
        zoneOffsetMinutes: zoneOffsetMinutes(),
      },
      (d) => d.search.pageInfo,
    ),
    staleTime: FRESH_MS,
  })
  const first = answer.data?.pages[0]?.search
  const fault = first?.syntaxError
  return (
    <>
      <Found
        query={props.query}
        answer={fault ? undefined : first}
        order={props.order}
        onOrder={props.onOrder}
      />
      {fault ? (
        <SyntaxFault query={props.query} fault={fault} />
      ) : (
        <div className={styles.sheet}>
          <Pages query={answer} skeleton={<RowsSkeleton rows={10} height={67} />}>
            {(pages) => <Hits edges={pages.flatMap((page) => page.search.edges)} />}
          </Pages>
        </div>
      )}
    </>
  )
}
