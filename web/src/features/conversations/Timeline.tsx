// The messages of a conversation in one virtual list whose scroll bar spans all of them.
import { Button } from 'antd'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { VList, type VListHandle } from 'virtua'
import { useKeys } from '#/lib/keys'
import { ErrorState, useErrorText } from '#/ui/States'
import { MessageRow, TimelineSkeleton } from './MessageRow'
import type { Own } from './shape'
import styles from './Timeline.module.css'
import { useLanding } from './useLanding'
import { useLeave } from './useLeave'
import type { Target } from './useTarget'
import { useWindows, type Windows } from './useWindows'
import { around, baseFor, isListed, ROWS_MAX, union, windowsOf } from './windows'

/** Rows around a target that must be there before the list goes to it, so that nothing moves afterwards. */
const AROUND = 40
/** Rows beyond the visible ones that are fetched. */
const AHEAD = 30
/** The height that a row is taken to have until it is drawn, in pixels. */
const ROW_PX = 48
/** How long the list must rest before rows that were not yet fetched are asked for, in milliseconds. */
const REST_MS = 90

/** Frames within which a row that is to be focused must have been drawn. */
const FOCUS_FRAMES = 30

export type TimelineProps = {
  conversation: string
  total: number
  /** Whether names are shown above messages. */
  names: boolean
  /** Who stands on the right. */
  own: Own
  target: Target
  /** The message to mark. */
  sought: string | undefined
  /** Asks for another target. */
  onJump: (place: number, align: 'start' | 'end') => void
}

export function Timeline(props: TimelineProps) {
  const { conversation, total, target } = props
  const { t } = useTranslation('conversations')
  const list = useRef<VListHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [base, setBase] = useState(() => baseFor(target.place, total))
  const [range, setRange] = useState(() => around(target.place, AROUND))
  const [reached, setReached] = useState<string | null>(null)
  const count = Math.min(total - base, ROWS_MAX)

  const visible = windowsOf(range.from - AHEAD, range.to + AHEAD, total)
  const near = windowsOf(target.place - AROUND, target.place + AROUND, total)
  const rows = useWindows(conversation, union(visible, reached === target.key ? [] : near), total)
  const ready = near.every(rows.has)
  const { focus, setFocus } = useRowFocus(list, frame, base, count, range)
  const land = useLanding(list)

  // A new target: once its surroundings are there, the list goes to it at one stroke.
  useLayoutEffect(() => {
    if (reached === target.key || !ready) return
    if (!isListed(target.place, base, total)) {
      setBase(baseFor(target.place, total))
      return
    }
    land(target.place - base, target.align)
    setRange(around(target.place, AROUND))
    setReached(target.key)
    setFocus(target.align === 'center' ? target.place : null)
  }, [reached, ready, target, base, total, setFocus, land])

  const leave = useLeave(conversation)
  const onScroll = useRange(list, base, setRange)

  if (reached === null && rows.error) return <ErrorState error={rows.error} retry={rows.retry} />
  if (reached === null && !ready) return <TimelineSkeleton />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what the rows inside do is heard here
    <div
      className={styles.frame}
      ref={frame}
      {...leave}
      onFocus={(event) => setFocus(placeOf(event.target))}
    >
      {base > 0 && (
        <Button block type="text" onClick={() => props.onJump(base - 1, 'end')}>
          {t('earlierRows')}
        </Button>
      )}
      <VList
        key={base}
        ref={list}
        className={styles.list ?? ''}
        data={{ length: count }}
        itemSize={ROW_PX}
        bufferSize={400}
        onScroll={onScroll}
        keepMounted={focus !== null && isListed(focus, base, total) ? [focus - base] : []}
        role="feed"
        aria-label={t('timeline')}
        aria-busy={rows.pending}
        tabIndex={0}
      >
        {(_: unknown, index: number) => (
          <PlacedRow {...props} key={base + index} place={base + index} rows={rows} focus={focus} />
        )}
      </VList>
      {base + count < total && (
        <Button block type="text" onClick={() => props.onJump(base + count, 'start')}>
          {t('laterRows')}
        </Button>
      )}
      {rows.error && <Fault error={rows.error} retry={rows.retry} />}
    </div>
  )
}

type PlacedRowProps = TimelineProps & { place: number; rows: Windows; focus: number | null }

function PlacedRow({ place, rows, focus, ...props }: PlacedRowProps) {
  const row = rows.at(place)
  return (
    <MessageRow
      message={row?.message}
      before={row?.before}
      conversation={props.conversation}
      place={place}
      total={props.total}
      names={props.names}
      own={props.own}
      sought={row !== undefined && row.message.id === props.sought}
      current={focus === place}
    />
  )
}

function Fault({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useTranslation('common')
  const text = useErrorText()
  return (
    <div className={styles.fault} role="alert">
      {text(error)}
      <Button size="small" onClick={retry}>
        {t('retry')}
      </Button>
    </div>
  )
}

type Range = { from: number; to: number }
type ListRef = React.RefObject<VListHandle | null>

/** Says which rows are seen, once scrolling rests. */
function useRange(list: ListRef, base: number, setRange: (range: Range) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useCallback(
    (offset: number) => {
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        const handle = list.current
        if (!handle) return
        const from = base + handle.findItemIndex(offset)
        setRange({ from, to: base + handle.findItemIndex(offset + handle.viewportSize) })
      }, REST_MS)
    },
    [list, base, setRange],
  )
}

function placeOf(element: Element): number | null {
  const place = element.closest<HTMLElement>('[data-place]')?.dataset.place
  return place === undefined ? null : Number(place)
}

/** The row that has the focus, which j and k move. It stays mounted when it is scrolled out of sight. */
function useRowFocus(
  list: ListRef,
  frame: React.RefObject<HTMLElement | null>,
  base: number,
  count: number,
  range: Range,
) {
  const [focus, setFocus] = useState<number | null>(null)
  useEffect(() => {
    if (focus === null) return
    // The list draws a row that it was told to scroll to some frames later, and hides it until it is measured.
    let frames = FOCUS_FRAMES
    let next = 0
    const take = () => {
      const row = frame.current?.querySelector<HTMLElement>(`[data-place="${focus}"]`)
      if (row?.contains(document.activeElement)) return
      row?.focus({ preventScroll: true })
      frames -= 1
      if (frames > 0) next = requestAnimationFrame(take)
    }
    take()
    return () => cancelAnimationFrame(next)
  }, [focus, frame])
  const move = (step: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    const now = focus ?? (step > 0 ? range.from - 1 : range.to + 1)
    const next = Math.max(base, Math.min(base + count - 1, now + step))
    list.current?.scrollToIndex(next - base, { align: 'nearest' })
    setFocus(next)
  }
  useKeys({ j: move(1), k: move(-1) })
  return { focus, setFocus }
}
