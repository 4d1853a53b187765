import { expect, test } from 'vitest'
import { landingOffset } from '../useLanding'

/** Ten rows of 100 pixels, of which 250 are seen. */
const list = {
  viewportSize: 250,
  scrollSize: 1000,
  getItemOffset: (index: number) => index * 100,
  getItemSize: () => 100,
}

test.each([
  [5, 'start', 500],
  [5, 'end', 350],
  [5, 'center', 425],
  [9, 'end', 750],
  [9, 'start', 750],
  [0, 'end', 0],
  [0, 'center', 0],
] as const)('row %d lands at its %s with the list at %d', (index, align, offset) => {
  expect(landingOffset(list, index, align)).toBe(offset)
})

test('a list that is shorter than its frame stays where it is', () => {
  expect(landingOffset({ ...list, scrollSize: 100 }, 0, 'end')).toBe(0)
})
