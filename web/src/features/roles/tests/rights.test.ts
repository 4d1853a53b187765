import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { powersOf, RIGHT_GROUPS, RIGHTS } from '../rights'

test('every right that the server knows stands in one group', () => {
  const schema = readFileSync('../schema.graphql', 'utf8')
  const body = /enum Action \{([^}]*)\}/.exec(schema)?.[1] ?? ''
  const known = body.match(/^\s*[A-Z_]+$/gm)?.map((line) => line.trim()) ?? []
  expect(known.length).toBeGreaterThan(10)
  const shown = RIGHT_GROUPS.flatMap((group): string[] => [...RIGHTS[group]])
  expect([...shown].sort()).toEqual([...known].sort())
})

test('powers are counted once each, in one order', () => {
  expect(powersOf(['READ_AUDIT', 'SEARCH', 'MANAGE_USERS', 'OPERATE'])).toEqual(['system', 'audit'])
  expect(powersOf(['READ_CONTENT', 'READ_LEDGER'])).toEqual([])
})
