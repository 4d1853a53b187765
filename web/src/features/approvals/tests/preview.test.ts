import { expect, test } from 'vitest'
import { linesOf, nameOf, type Preview } from '../preview'

const preview: Preview = {
  action: 'ROLE_CHANGE',
  object: 'r1',
  details: [
    { name: 'name_before', value: 'Branch' },
    { name: 'name_after', value: 'Branch' },
    { name: 'actions_before', value: 'search' },
    { name: 'actions_after', value: 'search read_content' },
    { name: 'form', value: 'csv' },
    { name: 'before', value: '2026-01-01T00:00:00Z' },
  ],
  names: [{ id: 'r1', name: 'Branch' }],
  digest: '00',
}

test('what changes comes first, what stays is a fact', () => {
  expect(linesOf(preview)).toEqual([
    { name: 'actions', before: 'search', after: 'search read_content' },
    { name: 'name', before: null, after: 'Branch' },
    { name: 'form', before: null, after: 'csv' },
    { name: 'before', before: null, after: '2026-01-01T00:00:00Z' },
  ])
})

test('ids are called by the names that were given with them', () => {
  expect(nameOf(preview, 'r1')).toBe('Branch')
  expect(nameOf(preview, 'r2')).toBeUndefined()
})
