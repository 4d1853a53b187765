import { expect, test } from 'vitest'
import type { MessageKind, Side } from '#/api/gen/operations'
import { ownOf, SILENCE_MS, shapeOf, sideOf } from '../shape'

const DAY_MS = 86_400_000
const noon = new Date(2025, 0, 31, 12).getTime()

function message(
  from: string | null,
  at: number,
  kind: MessageKind = 'TEXT',
  side: Side = 'STAFF',
) {
  return {
    kind,
    at: new Date(at).toISOString(),
    from: from === null ? null : { channelId: from, side, name: from },
  }
}

test('the first message begins a day and a group', () => {
  expect(shapeOf(message('a', noon), undefined)).toEqual({ day: '2025-01-31', opens: true })
})

test('messages of one sender go on until somebody else speaks, a silence or a new day', () => {
  const first = message('a', noon)
  expect(shapeOf(message('a', noon + 1_000), first)).toEqual({ day: null, opens: false })
  expect(shapeOf(message('b', noon + 1_000), first)).toEqual({ day: null, opens: true })
  expect(shapeOf(message('a', noon + SILENCE_MS + 1), first).opens).toBe(true)
  expect(shapeOf(message('a', noon + DAY_MS), first)).toEqual({ day: '2025-02-01', opens: true })
})

test('events and messages without a sender stand for themselves', () => {
  expect(shapeOf(message('a', noon, 'RECALL'), message('a', noon)).opens).toBe(true)
  expect(shapeOf(message(null, noon), message(null, noon)).opens).toBe(true)
})

test('days are those of the zone of the viewer', () => {
  const midnight = new Date(2025, 1, 1).getTime()
  const shape = shapeOf(message('a', midnight), message('a', midnight - 1))
  expect(shape.day).toBe('2025-02-01')
})

test('our side is the right one', () => {
  const own = { side: 'STAFF' } as const
  expect(sideOf(message('a', noon), own)).toBe('own')
  expect(sideOf(message('a', noon, 'TEXT', 'ROBOT'), own)).toBe('own')
  expect(sideOf(message('a', noon, 'TEXT', 'CUSTOMER'), own)).toBe('other')
  expect(sideOf(message(null, noon), own)).toBe('other')
  expect(sideOf(message('a', noon, 'AGREE', 'CUSTOMER'), own)).toBe('middle')
})

test('among ourselves one of two stands on the right, in a group nobody', () => {
  const staff = (channelId: string) => ({ channelId, side: 'STAFF' }) as const
  const customer = { channelId: 'c', side: 'CUSTOMER' } as const
  expect(ownOf({ kind: 'SINGLE', parties: [staff('a'), customer] })).toEqual({ side: 'STAFF' })
  const own = ownOf({ kind: 'SINGLE', parties: [staff('a'), staff('b')] })
  expect(sideOf(message('a', noon), own)).toBe('other')
  expect(sideOf(message('b', noon), own)).toBe('own')
  expect(ownOf({ kind: 'GROUP', parties: [staff('a'), staff('b'), staff('d')] })).toBeNull()
  expect(sideOf(message('a', noon), null)).toBe('other')
  expect(ownOf({ kind: 'SINGLE', parties: [] })).toBeNull()
})
