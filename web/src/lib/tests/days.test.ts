import { expect, test } from 'vitest'
import { dayAfter, dayOf, fillDays } from '../days'

test('days without messages are counted as none, in order, up to today', () => {
  const today = new Date(2025, 2, 2, 9)
  const counts = [
    { day: new Date(2025, 1, 28).toISOString(), messages: 3 },
    { day: new Date(2025, 2, 2).toISOString(), messages: 7 },
    { day: new Date(2024, 0, 1).toISOString(), messages: 99 },
  ]
  expect(fillDays(counts, 4, today)).toEqual([
    ['2025-02-27', 0],
    ['2025-02-28', 3],
    ['2025-03-01', 0],
    ['2025-03-02', 7],
  ])
})

test('the day after crosses months and years', () => {
  expect(dayAfter('2025-02-28')).toBe('2025-03-01')
  expect(dayAfter('2024-12-31')).toBe('2025-01-01')
  expect(dayOf(new Date(2025, 0, 5, 23, 59))).toBe('2025-01-05')
})
