import { expect, test } from 'vitest'
import { en } from '../en'
import { zhCN } from '../zh-CN'

const areas = Object.keys(zhCN) as (keyof typeof zhCN)[]
const places = (text: string) =>
  [...text.matchAll(/\{\{(\w+)[^}]*\}\}/g)].map((found) => found[1]).sort()

test('English says everything that Chinese says, and nothing else but singular forms', () => {
  expect(Object.keys(en).sort()).toEqual([...areas].sort())
  for (const area of areas) {
    const source = Object.keys(zhCN[area])
    const own = Object.keys(en[area]).filter(
      (key) => !(key.endsWith('_one') && source.includes(key.slice(0, -4))),
    )
    expect(own.sort(), area).toEqual(source.sort())
  }
})

test('no text is empty, and both languages fill the same places', () => {
  for (const area of areas) {
    const words: Record<string, string | undefined> = en[area]
    for (const [key, text] of Object.entries(zhCN[area])) {
      expect(text.trim(), `${area}.${key}`).not.toBe('')
      expect(places(words[key] ?? ''), `${area}.${key}`).toEqual(places(text))
    }
  }
})
