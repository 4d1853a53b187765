// The keyboard: single keys for a page, and j/k through its rows.
import { type RefObject, useEffect, useRef } from 'react'

export type KeyMap = Record<string, (event: KeyboardEvent) => void>

/** Whether a key press belongs to the thing that has the focus and not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

/** Listens for keys on the whole page. `Escape` is heard while typing too; others are not. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map)
  latest.current = map
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.isComposing || (event.key !== 'Escape' && isTyping(event.target))) return
      const dialog = document.querySelector(
        '.ant-modal-wrap:not([style*="none"]), .ant-drawer-open',
      )
      if (dialog) return
      const action = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : null
      if (!action) return
      action(event)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

/** The attribute that marks a focusable row for j and k. */
export const ROW = 'data-row'

/** j and k move the focus through the elements marked `data-row` inside the list. */
export function useListKeys(list: RefObject<HTMLElement | null>): void {
  const move = (step: number) => (event: KeyboardEvent) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(`[${ROW}]`) ?? [])]
    if (rows.length === 0) return
    const now = rows.findIndex((row) => row.contains(document.activeElement))
    const next = now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + step))
    rows[next]?.focus()
    rows[next]?.scrollIntoView({ block: 'nearest' })
    event.preventDefault()
  }
  useKeys({ j: move(1), k: move(-1) })
}
