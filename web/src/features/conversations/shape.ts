// How a message stands below the one before it: a new day, a new group of one sender, or going on.
import type { TimelinePartsFragment } from '#/api/gen/operations'
import { dayOf } from '#/lib/days'
import { isNotice } from '#/ui/MessageNotice'

export type Shape = {
  /** The day that begins with this message, as "2025-01-31" of the viewer's zone; null while the day goes on. */
  day: string | null
  /** Whether sender and time are said anew. */
  opens: boolean
}

type Neighbour = Pick<TimelinePartsFragment, 'kind' | 'at' | 'from'>

/** A group of one sender ends after this long a silence, in milliseconds. */
export const SILENCE_MS = 10 * 60_000

export function shapeOf(message: Neighbour, before: Neighbour | undefined): Shape {
  if (!before) return { day: dayOf(new Date(message.at)), opens: true }
  const day = dayOf(new Date(message.at))
  if (day !== dayOf(new Date(before.at))) return { day, opens: true }
  const same =
    message.from !== null &&
    message.from.channelId === before.from?.channelId &&
    isNotice(message.kind) === isNotice(before.kind)
  const silence = Date.parse(message.at) - Date.parse(before.at)
  return { day: null, opens: !same || silence > SILENCE_MS }
}

/** On which side of the page a message stands: ours is the right one. */
export function sideOf(message: Neighbour): 'own' | 'other' | 'middle' {
  if (isNotice(message.kind)) return 'middle'
  return message.from?.side === 'CUSTOMER' || message.from === null ? 'other' : 'own'
}
