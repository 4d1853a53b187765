import { expect, test } from 'vitest'
import { lineOf } from '../lines'
import { silences } from '../silences'

const said = (at: string, channelId: string, side = 'STAFF') => ({ at, from: { channelId, side } })
const withCustomer = { parties: [{ side: 'CUSTOMER' }, { side: 'STAFF' }] }

test('a sender is named again after a gap, on a new day, and when another speaks', () => {
  const first = said('2025-01-05T04:00:00Z', 'ken')
  const next = said('2025-01-05T04:01:00Z', 'ken')
  expect(lineOf(first, undefined, 0, withCustomer)).toEqual({ day: true, opens: true, own: true })
  expect(lineOf(next, first, 0, withCustomer).opens).toBe(false)
  expect(lineOf(next, first, 3, withCustomer).opens).toBe(true)
  expect(lineOf(said('2025-01-07T04:00:00Z', 'ken'), next, 0, withCustomer).day).toBe(true)
  expect(lineOf(said('2025-01-05T04:02:00Z', 'wm1', 'CUSTOMER'), next, 0, withCustomer)).toEqual({
    day: false,
    opens: true,
    own: false,
  })
})

test('nobody stands on the right where no customer takes part', () => {
  const among = { parties: [{ side: 'STAFF' }, { side: 'STAFF' }] }
  expect(lineOf(said('2025-01-05T04:00:00Z', 'ken'), undefined, 0, among).own).toBe(false)
})

test('silence is counted in whole days from the last step whose time is known', () => {
  const at = (day: number) => ({ at: `2025-01-0${day}T00:00:00Z` })
  expect(silences([at(1), { at: null }, at(4), at(4), at(2)])).toEqual([null, null, 3, null, 2])
})
