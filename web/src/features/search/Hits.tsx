// What a search found: figures above, a row a hit.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SearchOrder, SearchQuery } from '#/api/gen/operations'
import { formatCount, formatMicros, zoneOffsetMinutes } from '#/lib/format'
import { ROW } from '#/lib/keys'
import { usePreferences } from '#/lib/preferences'
import { CollectButton } from '#/ui/Collect'
import { Highlight } from '#/ui/Highlight'
import { List } from '#/ui/List'
import { SealMark } from '#/ui/SealMark'
import { Segments } from '#/ui/Segments'
import { EmptyState } from '#/ui/States'
import { Time } from '#/ui/Time'
import styles from './Hits.module.css'

type Answer = SearchQuery['search']
type Hit = Answer['edges'][number]

const ORDERS = ['NEWEST', 'OLDEST', 'RELEVANCE'] as const

/** How many were found and how long that took; the place is kept while nothing is known yet. */
export function Found(props: {
  query: string
  answer: Answer | undefined
  order: SearchOrder
  onOrder: (order: SearchOrder) => void
}) {
  const { t } = useTranslation('search')
  const { language } = usePreferences()
  const { answer } = props
  return (
    <div className={styles.found}>
      <p role="status">
        {answer && (
          <>
            {t('found', {
              count: answer.totalCount,
              figure: formatCount(answer.totalCount, language),
            })}
            <span className="muted"> · {formatMicros(answer.tookMicros, language)}</span>
          </>
        )}
      </p>
      {answer && answer.totalCount > 0 && (
        <CollectButton what={{ query: props.query, zoneOffsetMinutes: zoneOffsetMinutes() }} />
      )}
      <Segments<SearchOrder>
        label={t('order')}
        value={props.order}
        options={ORDERS.map((value) => ({ value, label: t(`order.${value}`) }))}
        onChange={props.onOrder}
      />
    </div>
  )
}

export function Hits({ edges }: { edges: Hit[] }) {
  const { t } = useTranslation('search')
  if (edges.length === 0) return <EmptyState title={t('nothing')} text={t('nothingText')} />
  return (
    <List label={t('hits')}>
      {edges.map((edge) => (
        <HitRow key={edge.node.id} hit={edge} />
      ))}
    </List>
  )
}

function HitRow({ hit }: { hit: Hit }) {
  const { t } = useTranslation(['search', 'model', 'body', 'common'])
  const { node, snippet } = hit
  const { conversation } = node
  const words = (
    <>
      <span className={styles.head}>
        <strong>{node.from?.name ?? t('common:unknown')}</strong>
        {conversation && (
          <span className={styles.where}>
            {t(conversation.kind === 'GROUP' ? 'search:inGroup' : 'search:inSingle', {
              title: conversation.title,
            })}
          </span>
        )}
      </span>
      <span className={styles.words}>
        {node.kind !== 'TEXT' && (
          <span className={styles.kind}>{t(`model:kind.${node.kind}`)}</span>
        )}
        {node.recalledBy && <span className={styles.recalled}>{t('body:recalled')}</span>}
        <Highlight text={snippet.text} marks={snippet.marks} />
      </span>
    </>
  )
  const row = { className: styles.main ?? '', [ROW]: '' }
  return (
    <li className={styles.row}>
      {conversation ? (
        <Link
          to="/conversations/$id"
          params={{ id: conversation.id }}
          search={{ message: node.id }}
          {...row}
        >
          {words}
        </Link>
      ) : (
        <Link to="/messages/$id" params={{ id: node.id }} {...row}>
          {words}
        </Link>
      )}
      <span className={styles.time}>
        <Time at={node.at} />
      </span>
      <CollectButton what={{ message: node.id }} label={t('search:collectHit')} quiet />
      <SealMark state={node.seal.state} message={node.id} />
    </li>
  )
}
