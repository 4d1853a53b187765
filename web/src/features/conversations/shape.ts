// How a message stands below the one before it: a new day, a new group of one sender, or going on.
import type { ConversationKind, Side, TimelinePartsFragment } from '#/api/gen/operations'
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

type Talk = {
  kind: ConversationKind
  parties: readonly { channelId: string; side: Side }[]
}

/** Our whole side, one person by channel id, or nobody. */
export type Own = { side: 'STAFF' } | { channelId: string } | null

/** Who stands on the right: our side against customers; among ourselves one of two, and nobody in a group. */
export function ownOf({ kind, parties }: Talk): Own {
  if (parties.some((party) => party.side === 'CUSTOMER')) return { side: 'STAFF' }
  const last = parties.at(-1)
  return kind === 'SINGLE' && last ? { channelId: last.channelId } : null
}

/** On which side of the page a message stands. */
export function sideOf(message: Neighbour, own: Own): 'own' | 'other' | 'middle' {
  if (isNotice(message.kind)) return 'middle'
  const { from } = message
  if (from === null || own === null) return 'other'
  const isOwn = 'side' in own ? from.side !== 'CUSTOMER' : from.channelId === own.channelId
  return isOwn ? 'own' : 'other'
}
