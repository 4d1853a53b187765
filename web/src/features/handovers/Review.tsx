// What a leaver did before the suspension: how many acts of each kind, and each of them when asked for.

import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type HandoverQuery,
  HandoverReviewEventsDocument,
  type HandoverReviewEventsQuery,
} from '#/api/gen/operations'
import { pagesOf } from '#/lib/query'
import { CopyText } from '#/ui/CopyText'
import { useListed } from '#/ui/listed'
import { Facts, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { EmptyState } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import { useActName } from './acts'
import styles from './handovers.module.css'

const PAGE_SIZE = 50

type Review = NonNullable<HandoverQuery['handover']>['review']
type Events = NonNullable<
  NonNullable<HandoverReviewEventsQuery['handover']>['review']
>['events']['nodes']

export function ReviewSection({ handover, review }: { handover: string; review: Review }) {
  const { t } = useTranslation('handovers')
  const [open, setOpen] = useState(false)
  if (!review) {
    return (
      <Section title={t('review')}>
        <p className="muted">{t('reviewLater')}</p>
      </Section>
    )
  }
  return (
    <>
      <Section
        title={t('review')}
        text={t('reviewText')}
        actions={
          review.total > 0 && (
            <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t(open ? 'hideEvents' : 'showEvents')}
            </Button>
          )
        }
      >
        <Facts
          facts={[
            [
              t('period'),
              <span key="period">
                <Time at={review.from} /> – <Time at={review.until} />
              </span>,
            ],
            [t('events'), t('eventCount', { count: review.total })],
            [t('acts'), <Counts key="acts" review={review} />],
            [t('digest'), <CopyText key="digest" text={review.digest} label={t('digest')} />],
          ]}
        />
      </Section>
      {open && <ReviewEvents handover={handover} />}
    </>
  )
}

function Counts({ review }: { review: NonNullable<Review> }) {
  const { t } = useTranslation('handovers')
  const actName = useActName()
  if (review.counts.length === 0) return t('noActs')
  const sorted = [...review.counts].sort((a, b) => b.events - a.events)
  return (
    <ul className={styles.counts}>
      {sorted.map((one) => (
        <li key={one.actionName}>
          {actName(one)} <span className="figures">{one.events}</span>
        </li>
      ))}
    </ul>
  )
}

function ReviewEvents({ handover }: { handover: string }) {
  const { t } = useTranslation('handovers')
  const listed = useListed()
  const actName = useActName()
  const query = useInfiniteQuery(
    pagesOf(
      HandoverReviewEventsDocument,
      { id: handover, first: PAGE_SIZE },
      (d) => d.handover?.review?.events.pageInfo,
    ),
  )
  const columns: Column<Events[number]>[] = [
    { key: 'time', title: t('time'), render: (row) => <Time at={row.at} form="second" /> },
    { key: 'act', title: t('act'), render: (row) => actName(row) },
    {
      key: 'about',
      title: t('about'),
      render: (row) => listed(row.subjects.flatMap((one) => (one.name ? [one.name] : []))) || '—',
    },
    { key: 'place', title: t('place'), wide: true, render: (row) => <code>{row.place}</code> },
  ]
  return (
    <Section title={t('events')} flush>
      <Pages query={query}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.handover?.review?.events.nodes ?? [])
          if (rows.length === 0) return <EmptyState title={t('noActs')} />
          return (
            <Table label={t('events')} columns={columns} rows={rows} rowKey={(row) => row.id} />
          )
        }}
      </Pages>
    </Section>
  )
}
