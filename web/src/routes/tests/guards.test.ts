import { expect, test } from 'vitest'
import { sessionQuery } from '#/lib/access'
import { queryClient } from '#/lib/query'
import { atHome, safeTarget } from '../guards'

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

test.each([
  [['READ_DIRECTORY', 'READ_AUDIT'], undefined],
  [['READ_AUDIT'], '/audit'],
  [['MANAGE_USERS'], '/approvals'],
])('at home, who may %s is led to %s', async (can, target) => {
  queryClient.setQueryData(sessionQuery.queryKey, { viewer: { can } } as never)
  const led = await atHome().catch((away: { options: { to: string } }) => away.options.to)
  expect(led).toBe(target)
})
