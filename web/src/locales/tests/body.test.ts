// @vitest-environment node
// Every label that the decoder may write into a message has words in both languages.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { body as en } from '../en/body'
import { body as zh } from '../zh-CN/body'

const source = readFileSync(
  new URL('../../../../src/model/message/keys.rs', import.meta.url),
  'utf8',
)

/** The names in one `labels! { ... LIST in module ... }` block. */
function labels(list: string): string[] {
  const block = source.split('labels! {').find((part) => part.includes(`${list} in `)) ?? ''
  return [...block.matchAll(/^\s+[A-Z_]+ = "([a-z_]+)",$/gm)].map((found) => found[1] ?? '')
}

test.each([
  ['FIELD_KEYS', 'field'],
  ['CHOICE_KEYS', 'choice'],
])('%s have words, and no words are left over', (list, prefix) => {
  const wanted = labels(list).map((name) => `${prefix}.${name}`)
  expect(wanted.length).toBeGreaterThan(25)
  for (const words of [zh, en]) {
    const known = Object.keys(words).filter((key) => key.startsWith(`${prefix}.`))
    expect(known.sort()).toEqual([...wanted].sort())
  }
})
