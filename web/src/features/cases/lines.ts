// How a message of a case stands below the one before it. Pure.
import { dayOf } from '#/lib/days'

type Said = { at: string; from: { channelId: string; side: string } | null }
type Talk = { parties: readonly { side: string }[] }

export type Line = {
  /** A day begins with it. */
  day: boolean
  /** Its sender is named: another than before, after a gap, or on a new day. */
  opens: boolean
  /** It stands on the right: our side, where customers take part. */
  own: boolean
}

export function lineOf(message: Said, before: Said | undefined, leftOut: number, talk: Talk): Line {
  const day = !before || dayOf(new Date(message.at)) !== dayOf(new Date(before.at))
  const same = message.from !== null && message.from.channelId === before?.from?.channelId
  const withCustomer = talk.parties.some((party) => party.side === 'CUSTOMER')
  return {
    day,
    opens: day || !same || leftOut > 0,
    own: withCustomer && message.from !== null && message.from.side !== 'CUSTOMER',
  }
}
