import { expect, test } from 'vitest'
import { readPreferences } from '../preferences'

test.each([
  [null, { theme: 'system', language: 'zh-CN' }],
  ['not json', { theme: 'system', language: 'zh-CN' }],
  ['{"theme":"pink","language":"fr"}', { theme: 'system', language: 'zh-CN' }],
  ['{"theme":"dark"}', { theme: 'dark', language: 'zh-CN' }],
  ['{"theme":"light","language":"en"}', { theme: 'light', language: 'en' }],
])('%s is read as %o', (text, expected) => {
  expect(readPreferences(text)).toEqual(expected)
})
