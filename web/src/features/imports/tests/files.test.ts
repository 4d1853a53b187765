import { expect, test } from 'vitest'
import { sortFiles } from '../files'

const named = (...names: string[]) => sortFiles(names.map((name) => ({ name })))

test('dropped files are told apart by their names', () => {
  const both = named('wecom-hospitality.directory.json', 'wecom-hospitality.ndjson.zst')
  expect(both.messages?.name).toBe('wecom-hospitality.ndjson.zst')
  expect(both.directory?.name).toBe('wecom-hospitality.directory.json')
  expect(named('contacts.json').directory?.name).toBe('contacts.json')
  expect(named('messages.json')).toEqual({ messages: { name: 'messages.json' }, directory: null })
  expect(named()).toEqual({ messages: null, directory: null })
})
