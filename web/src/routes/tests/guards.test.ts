import { expect, test } from 'vitest'
import { safeTarget } from '../guards'

test.each([
  ['/customers?q=a', '/customers?q=a'],
  ['/', undefined],
  [undefined, undefined],
  ['//example.com', undefined],
  ['/\\example.com', undefined],
  ['https://example.com', undefined],
  ['javascript:alert(1)', undefined],
])('after signing in, %s leads to %s', (asked, target) => {
  expect(safeTarget(asked)).toBe(target)
})
