// The two lists of a preview. Nothing in them is a link: a preview shows, and leads nowhere.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  PreviewConversationsDocument,
  type PreviewConversationsQuery,
  PreviewCustomersDocument,
  type PreviewCustomersQuery,
} from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { Count } from '#/ui/Figures'
import { Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'

const PAGE_SIZE = 20

type Customer = NonNullable<PreviewCustomersQuery['preview']['customers']>['nodes'][number]
type Conversation = NonNullable<
  PreviewConversationsQuery['preview']['conversations']
>['nodes'][number]

export function PreviewCustomers({ user }: { user: string }) {
  const { t } = useTranslation('preview')
  const query = useInfiniteQuery(
    pagesOf(
      PreviewCustomersDocument,
      { user, first: PAGE_SIZE },
      (d) => d.preview.customers?.pageInfo,
    ),
  )
  const total = query.data?.pages[0]?.preview.customers?.totalCount
  const columns: Column<Customer>[] = [
    { key: 'name', title: t('name'), render: (row) => row.name },
    { key: 'company', title: t('company'), wide: true, render: (row) => row.company ?? '' },
  ]
  return (
    <Section
      title={t('customers')}
      text={total === undefined ? null : <Count value={total} />}
      flush
    >
      <Pages query={query} skeleton={<RowsSkeleton rows={4} height={39} />}>
        {(pages) => {
          if (!pages[0]?.preview.customers) return <EmptyState title={t('customersNot')} />
          const rows = pages.flatMap((page) => page.preview.customers?.nodes ?? [])
          if (rows.length === 0) return <EmptyState title={t('customersNone')} />
          return (
            <Table label={t('customers')} columns={columns} rows={rows} rowKey={(row) => row.id} />
          )
        }}
      </Pages>
    </Section>
  )
}

export function PreviewConversations({ user }: { user: string }) {
  const { t } = useTranslation('preview')
  const query = useInfiniteQuery(
    pagesOf(
      PreviewConversationsDocument,
      { user, first: PAGE_SIZE },
      (d) => d.preview.conversations?.pageInfo,
    ),
  )
  const total = query.data?.pages[0]?.preview.conversations?.totalCount
  const columns: Column<Conversation>[] = [
    { key: 'title', title: t('conversation'), render: (row) => row.title },
    {
      key: 'messages',
      title: t('messages'),
      figures: true,
      render: (row) => <Count value={row.messages} />,
    },
    { key: 'last', title: t('last'), wide: true, render: (row) => <Time at={row.lastAt} /> },
  ]
  return (
    <Section
      title={t('conversations')}
      text={total === undefined ? null : <Count value={total} />}
      flush
    >
      <Pages query={query} skeleton={<RowsSkeleton rows={4} height={39} />}>
        {(pages) => {
          if (!pages[0]?.preview.conversations) return <EmptyState title={t('conversationsNot')} />
          const rows = pages.flatMap((page) => page.preview.conversations?.nodes ?? [])
          if (rows.length === 0) return <EmptyState title={t('conversationsNone')} />
          return (
            <Table
              label={t('conversations')}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
            />
          )
        }}
      </Pages>
    </Section>
  )
}
