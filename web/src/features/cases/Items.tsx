// What a case collects, item by item, and taking one out.
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  CaseChainDocument,
  CaseConversationsDocument,
  CaseDocument,
  type CaseItemPartsFragment,
  CaseMessagesDocument,
  CaseRecordsDocument,
  TakeOutOfCaseDocument,
} from '#/api/gen/operations'
import { formatTime } from '#/lib/format'
import { request } from '#/lib/graphql'
import { usePreferences } from '#/lib/preferences'
import { forget } from '#/lib/query'
import { Section } from '#/ui/Page'
import { EmptyState, useErrorText } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import styles from './cases.module.css'

type Item = CaseItemPartsFragment

export function Items({ id, items, open }: { id: string; items: Item[]; open: boolean }) {
  const { t } = useTranslation('cases')
  const takeOut = useTakeOut(id)
  const columns: Column<Item>[] = [
    { key: 'number', title: t('itemNumber'), figures: true, render: (item) => item.number },
    { key: 'what', title: t('item'), render: (item) => <What item={item} /> },
    {
      key: 'context',
      title: t('context'),
      wide: true,
      render: ({ context }) =>
        t(`context.${context.kind}`, { before: context.before, after: context.after }),
    },
    { key: 'comment', title: t('comment'), wide: true, render: (item) => item.comment },
    {
      key: 'added',
      title: t('added'),
      wide: true,
      render: (item) => <Time at={item.addedAt} />,
    },
  ]
  if (open) {
    columns.push({
      key: 'takeOut',
      title: t('takeOut'),
      quiet: true,
      render: (item) => (
        <Button
          size="small"
          aria-label={t('takeOutOf', { number: item.number })}
          onClick={() => takeOut(item.number)}
        >
          {t('takeOut')}
        </Button>
      ),
    })
  }
  return (
    <Section title={t('items')} text={items.length} flush>
      {items.length === 0 ? (
        <EmptyState title={t('itemsEmpty')} text={t('itemsEmptyText')} />
      ) : (
        <Table
          label={t('items')}
          columns={columns}
          rows={items}
          rowKey={(item) => item.number}
          keys
        />
      )}
    </Section>
  )
}

/** What an item means, by the name that it has for people. */
function What({ item }: { item: Item }) {
  const { t } = useTranslation('cases')
  return (
    <div className={styles.what}>
      <span className="muted">{t(`kind.${item.kind}`)}</span> <Named item={item} />
      <Period item={item} />
    </div>
  )
}

function Named({ item }: { item: Item }) {
  const { t } = useTranslation('cases')
  if (item.conversation) {
    const { id, title } = item.conversation
    return (
      <Link to="/conversations/$id" params={{ id }}>
        {title}
      </Link>
    )
  }
  if (item.customer) {
    const { id, name } = item.customer
    return (
      <Link to="/customers/$id" params={{ id }}>
        {name}
      </Link>
    )
  }
  if (item.message) {
    return (
      <Link to="/messages/$id" params={{ id: item.message }}>
        {t('showMessage')}
      </Link>
    )
  }
  if (item.query) {
    return (
      <Link to="/search" search={{ q: item.query }}>
        {item.query}
      </Link>
    )
  }
  return t('unseen')
}

function Period({ item }: { item: Item }) {
  const { t } = useTranslation('cases')
  const { language } = usePreferences()
  if (!item.from && !item.until) return null
  const time = (at: string) => formatTime(at, 'minute', language)
  return (
    <div className="muted">
      {item.from && t('from', { time: time(item.from) })}{' '}
      {item.until && t('until', { time: time(item.until) })}
    </div>
  )
}

/** Takes an item out after a question. */
function useTakeOut(id: string): (number: number) => void {
  const { t } = useTranslation('cases')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const takeOut = useMutation({
    mutationFn: (item: number) => request(TakeOutOfCaseDocument, { input: { case: id, item } }),
    onSuccess: () =>
      forget(
        CaseDocument,
        CaseConversationsDocument,
        CaseMessagesDocument,
        CaseRecordsDocument,
        CaseChainDocument,
      ),
    onError: (error) => void message.error(errorText(error)),
  })
  return (number) =>
    modal.confirm({
      title: t('takeOutTitle', { number }),
      content: t('takeOutText'),
      okText: t('takeOut'),
      onOk: () => takeOut.mutate(number),
    })
}
