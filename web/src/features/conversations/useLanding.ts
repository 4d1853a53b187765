// Going to a row at one stroke. The list knows the heights of rows only once they are drawn: until those around the target are, it is put right again.
import { type RefObject, useCallback, useEffect, useRef } from 'react'
import type { VListHandle } from 'virtua'

/** Frames within which the rows around a target have been drawn and measured. */
const LANDING_FRAMES = 20

export type Align = 'start' | 'center' | 'end'

/** The offset that the list must have for a row to stand where it should. */
export function landingOffset(
  list: Pick<VListHandle, 'getItemOffset' | 'getItemSize' | 'viewportSize' | 'scrollSize'>,
  index: number,
  align: Align,
): number {
  const spare = list.viewportSize - list.getItemSize(index)
  const above = { start: 0, center: spare / 2, end: spare }[align]
  const furthest = Math.max(0, list.scrollSize - list.viewportSize)
  return Math.min(Math.max(0, list.getItemOffset(index) - above), furthest)
}

export function useLanding(
  list: RefObject<VListHandle | null>,
): (index: number, align: Align) => void {
  const frame = useRef(0)
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return useCallback(
    (index, align) => {
      cancelAnimationFrame(frame.current)
      let left = LANDING_FRAMES
      const land = () => {
        const handle = list.current
        if (!handle) return
        if (Math.abs(landingOffset(handle, index, align) - handle.scrollOffset) > 1) {
          handle.scrollToIndex(index, { align })
        }
        left -= 1
        if (left > 0) frame.current = requestAnimationFrame(land)
      }
      land()
    },
    [list],
  )
}
