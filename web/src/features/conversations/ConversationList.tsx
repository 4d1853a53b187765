// The list of conversations, newest activity first, narrowed by kind and by people.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type ConversationKind, ConversationsDocument } from '#/api/gen/operations'
import { useListKeys } from '#/lib/keys'
import { pagesOf } from '#/lib/query'
import { Count } from '#/ui/Figures'
import { useTitle } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { Segments } from '#/ui/Segments'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { ConversationItem } from './ConversationItem'
import styles from './ConversationList.module.css'
import { PeopleFilter } from './PeopleFilter'

const PAGE_SIZE = 40
/** The height of a row, in pixels. */
const ROW_PX = 64

type KindChoice = ConversationKind | 'ALL'

export function ConversationList({ open }: { open: string | undefined }) {
  const { t } = useTranslation('conversations')
  const search = useSearch({ from: '/shell/conversations' })
  const navigate = useNavigate()
  const query = useInfiniteQuery(
    pagesOf(
      ConversationsDocument,
      {
        first: PAGE_SIZE,
        filter: {
          kind: search.kind ?? null,
          customer: search.customer ?? null,
          staff: search.staff ?? null,
        },
      },
      (d) => d.conversations.pageInfo,
    ),
  )
  const total = query.data?.pages[0]?.conversations.totalCount
  const narrow = (change: Partial<typeof search>) =>
    void navigate({ to: '.', search: (now) => ({ ...now, ...change }), replace: true })
  // Beside an open conversation the page is about that one.
  const Title = open ? 'h2' : 'h1'
  return (
    <>
      <ListTitle open={open} />
      <header className={styles.header}>
        <Title>
          {t('title')} <small>{total !== undefined && <Count value={total} />}</small>
        </Title>
        <Segments<KindChoice>
          label={t('kind')}
          value={search.kind ?? 'ALL'}
          options={[
            { value: 'ALL', label: t('kind.ALL') },
            { value: 'SINGLE', label: t('kind.SINGLE') },
            { value: 'GROUP', label: t('kind.GROUP') },
          ]}
          onChange={(kind) => narrow({ kind: kind === 'ALL' ? undefined : kind })}
        />
        <PeopleFilter customer={search.customer} staff={search.staff} onChange={narrow} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className={styles.scroll} tabIndex={0} aria-label={t('title')}>
        <Pages query={query} skeleton={<RowsSkeleton rows={12} height={ROW_PX} />}>
          {(pages) => {
            const rows = pages.flatMap((page) => page.conversations.nodes)
            if (rows.length === 0) return <Nothing narrowed={Object.keys(search).length > 0} />
            return <Rows rows={rows} open={open} />
          }}
        </Pages>
      </section>
    </>
  )
}

function ListTitle({ open }: { open: string | undefined }) {
  const { t } = useTranslation('conversations')
  // The conversation that is open gives the window its title.
  return open === undefined ? <Title text={t('title')} /> : null
}

function Title({ text }: { text: string }) {
  useTitle(text)
  return null
}

type RowData = Parameters<typeof ConversationItem>[0]['conversation']

function Rows({ rows, open }: { rows: RowData[]; open: string | undefined }) {
  const { t } = useTranslation('conversations')
  const list = useRef<HTMLUListElement>(null)
  return (
    <>
      {/* With a conversation open, j and k move through its messages. */}
      {open === undefined && <ListKeys list={list} />}
      <ul ref={list} className={styles.list} aria-label={t('title')}>
        {rows.map((row) => (
          <ConversationItem key={row.id} conversation={row} open={row.id === open} />
        ))}
      </ul>
    </>
  )
}

function ListKeys({ list }: { list: React.RefObject<HTMLElement | null> }) {
  useListKeys(list)
  useEffect(() => {
    list.current?.querySelector<HTMLElement>('[aria-current]')?.focus()
  }, [list])
  return null
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  const { t } = useTranslation('conversations')
  return narrowed ? (
    <EmptyState title={t('noMatch')} text={t('noMatchText')} />
  ) : (
    <EmptyState title={t('empty')} text={t('emptyText')} />
  )
}
