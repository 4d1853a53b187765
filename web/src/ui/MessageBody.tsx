// What a message says, drawn by its kind: words, quotes, links as text, facts, files, unfolded parts.
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BodyPartsFragment, ItemPartsFragment, MessageKind } from '#/api/gen/operations'
import { formatTime } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { Attachment } from './Attachment'
import { Sent } from './AttachmentMedia'
import { BodyFields } from './BodyFields'
import { MaskedText, MaskedTexts } from './Masked'
import styles from './MessageBody.module.css'
import { Time } from './Time'

/** Kinds whose own look says what they are; all others carry their name. */
const PLAIN: ReadonlySet<MessageKind> = new Set<MessageKind>(['TEXT', 'MIXED'])

/** Parts that are shown before the rest is asked for. */
const ITEMS_AT_FIRST = 6

/** Characters that are shown before the rest is asked for. */
const TEXT_CHARS_AT_FIRST = 4_000

type Content = {
  kind: MessageKind
  sourceKind?: string
  title: string
  text: string
  url: string | null
  fields: BodyPartsFragment['fields']
  attachments: BodyPartsFragment['attachments']
}

export function MessageBody(props: {
  /** The message, of which single masked values may be asked for. */
  id: string
  kind: MessageKind
  sourceKind: string
  body: BodyPartsFragment
  /** Who sent it; undefined or null where nobody knows. */
  by: string | null | undefined
  at: string
  /** All words and parts at once, for pages that show one message. */
  whole?: boolean
}) {
  const { id, kind, sourceKind, body, by, at, whole = false } = props
  const { t } = useTranslation('common')
  const { language } = usePreferences()
  const sent = `${by ?? t('unknown')} ${formatTime(at, 'minute', language)}`
  return (
    <div className={styles.body}>
      <MaskedTexts subject={{ message: id }} values={body.masked}>
        {body.quote !== null && (
          <blockquote className={styles.quote}>
            <MaskedText text={body.quote} part="QUOTE" />
          </blockquote>
        )}
        <Sent value={sent}>
          <Words content={{ ...body, kind, sourceKind }} whole={whole} />
          <Items items={body.items} whole={whole} />
        </Sent>
      </MaskedTexts>
    </div>
  )
}

function Words({
  content,
  item = null,
  whole,
}: {
  content: Content
  /** Which part of the message it is. */
  item?: number | null
  whole: boolean
}) {
  const { t } = useTranslation('body')
  const { kind, title, text, url, fields, attachments } = content
  const bare = !title && !text && url === null && fields.length === 0
  // A lone file says itself what it is.
  const named = !PLAIN.has(kind) && !(bare && attachments.length > 0)
  return (
    <>
      {named && <KindName kind={kind} sourceKind={content.sourceKind} />}
      {title && (
        <p className={styles.title}>
          <MaskedText text={title} part="TITLE" item={item} />
        </p>
      )}
      {text && <Text text={text} item={item} raw={kind === 'UNKNOWN'} whole={whole} />}
      {url !== null && (
        <p className={styles.url}>
          <span className="sr-only">{t('url')}</span>
          <MaskedText text={url} part="URL" item={item} />
        </p>
      )}
      <BodyFields fields={fields} item={item} />
      {attachments.map((attachment, place) => (
        <Attachment
          // biome-ignore lint/suspicious/noArrayIndexKey: files have no name of their own and never move
          key={place}
          attachment={attachment}
          item={item}
          number={place}
          whole={whole}
        />
      ))}
    </>
  )
}

function Text(props: { text: string; item: number | null; raw: boolean; whole: boolean }) {
  const { text, item, raw, whole } = props
  const { t } = useTranslation('body')
  const [open, setOpen] = useState(false)
  const all = whole || open || text.length <= TEXT_CHARS_AT_FIRST
  return (
    <>
      <p className={raw ? styles.raw : styles.text}>
        <MaskedText
          text={text}
          part="TEXT"
          item={item}
          chars={all ? text.length : TEXT_CHARS_AT_FIRST}
        />
      </p>
      {!all && (
        <Button
          size="small"
          type="link"
          className={styles.more ?? ''}
          onClick={() => setOpen(true)}
        >
          {t('textMore', { count: text.length })}
        </Button>
      )}
    </>
  )
}

function KindName({ kind, sourceKind }: { kind: MessageKind; sourceKind?: string | undefined }) {
  const { t } = useTranslation('model')
  return (
    <p className={styles.kind}>
      {t(`kind.${kind}`)}
      {kind === 'UNKNOWN' && sourceKind && <code> {sourceKind}</code>}
    </p>
  )
}

function Items({ items, whole }: { items: readonly ItemPartsFragment[]; whole: boolean }) {
  const { t } = useTranslation('body')
  const [open, setOpen] = useState(false)
  if (items.length === 0) return null
  const shown = whole || open || items.length <= ITEMS_AT_FIRST + 1 ? items.length : ITEMS_AT_FIRST
  return (
    <div className={styles.items}>
      {items.slice(0, shown).map((item, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name of their own and never move
        <Item key={place} item={item} place={place} whole={whole} />
      ))}
      {shown < items.length && (
        <Button size="small" type="link" onClick={() => setOpen(true)}>
          {t('itemsMore', { count: items.length - shown })}
        </Button>
      )}
    </div>
  )
}

function Item(props: { item: ItemPartsFragment; place: number; whole: boolean }) {
  const { item, place, whole } = props
  return (
    <div className={styles.item} style={{ marginInlineStart: item.depth * 12 }}>
      {(item.from !== null || item.sentAt !== null) && (
        <p className={styles.by}>
          {item.from !== null && <MaskedText text={item.from} part="FROM" item={place} />}{' '}
          {item.sentAt !== null && <Time at={item.sentAt} />}
        </p>
      )}
      <Words content={item} item={place} whole={whole} />
    </div>
  )
}
