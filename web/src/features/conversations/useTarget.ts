// Where a timeline is to open: at the message or the moment of the address, else at its newest message.
import { useQuery } from '@tanstack/react-query'
import { PlaceOfMessageDocument, PlaceOfMomentDocument } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import type { Align } from './useLanding'

export type Target = {
  /** Tells one target from the next. */
  key: string
  /** From 0; the end where it is as large as the conversation. */
  place: number
  align: Align
  /** The message that the address names is not in this conversation. */
  missing: boolean
}

export type Sought = { message?: string | undefined; at?: string | undefined }

/** The target; undefined until the server has said where it is. */
export function useTarget(id: string, sought: Sought, total: number): Target | undefined {
  const { message, at } = sought
  const moment = at !== undefined && !Number.isNaN(Date.parse(at)) ? new Date(at).toISOString() : ''
  const ofMessage = useQuery({
    ...queryOf(PlaceOfMessageDocument, { id, message: message ?? '' }),
    enabled: message !== undefined,
    staleTime: 0,
  })
  const ofMoment = useQuery({
    ...queryOf(PlaceOfMomentDocument, { id, at: moment }),
    enabled: message === undefined && moment !== '',
    staleTime: 0,
  })
  const end = { place: Math.max(0, total - 1), align: 'end' } as const
  if (message !== undefined) {
    if (ofMessage.isError) return { key: `${id} ${message}`, ...end, missing: true }
    if (!ofMessage.isFetchedAfterMount || !ofMessage.data) return undefined
    const place = ofMessage.data.conversation?.positionOf ?? null
    return place === null
      ? { key: `${id} ${message}`, ...end, missing: true }
      : { key: `${id} ${message}`, place, align: 'center', missing: false }
  }
  if (moment !== '') {
    if (ofMoment.isError) return { key: `${id} ${moment}`, ...end, missing: false }
    if (!ofMoment.isFetchedAfterMount || !ofMoment.data) return undefined
    const place = Math.min(ofMoment.data.conversation?.positionAt ?? 0, Math.max(0, total - 1))
    return { key: `${id} ${moment}`, place, align: 'start', missing: false }
  }
  return { key: id, ...end, missing: false }
}
