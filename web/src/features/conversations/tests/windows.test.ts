import { expect, test } from 'vitest'
import { baseFor, isListed, ROWS_MAX, requestOf, union, WINDOW, windowsOf } from '../windows'

test('windows hold the places that are wanted, inside the conversation', () => {
  expect(windowsOf(0, 99, 1_000)).toEqual([0])
  expect(windowsOf(99, 100, 1_000)).toEqual([0, 1])
  expect(windowsOf(-40, 40, 1_000)).toEqual([0])
  expect(windowsOf(960, 1_040, 1_000)).toEqual([9])
  expect(windowsOf(5_000, 5_100, 1_000)).toEqual([9])
  expect(windowsOf(0, 10, 0)).toEqual([])
})

test('every window but the first brings the message before its own', () => {
  expect(requestOf(0)).toEqual({ offset: 0, first: WINDOW })
  expect(requestOf(3)).toEqual({ offset: 3 * WINDOW - 1, first: WINDOW + 1 })
})

test('a long conversation is listed around the place that is wanted', () => {
  const total = 1_000_000
  expect(baseFor(5, 100_000)).toBe(0)
  expect(baseFor(5, total)).toBe(0)
  expect(baseFor(total - 1, total)).toBe(total - ROWS_MAX)
  for (const place of [0, 99_999, 100_001, 500_000, 899_999, 999_999]) {
    expect(isListed(place, baseFor(place, total), total)).toBe(true)
  }
  expect(isListed(ROWS_MAX, 0, total)).toBe(false)
})

test('lists are joined without doubles', () => {
  expect(union([3, 1], [2, 1])).toEqual([1, 2, 3])
})
