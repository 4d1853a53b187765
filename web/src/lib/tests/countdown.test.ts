import { expect, test } from 'vitest'
import { secondsLeft } from '../countdown'

test('part of a second still counts, and time that is over is zero', () => {
  expect(secondsLeft(10_001, 0)).toBe(11)
  expect(secondsLeft(10_000, 0)).toBe(10)
  expect(secondsLeft(0, 5_000)).toBe(0)
})
