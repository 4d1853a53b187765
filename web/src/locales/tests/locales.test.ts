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

/** The text of every source file that is not itself a list of words. */
const sources = Object.values(
  import.meta.glob<string>(['/src/**/*.{ts,tsx}', '!/src/locales/**', '!/src/api/**'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
).join('\n')

test('every text is used: by its key, or by a key that is put together', () => {
  const quoted = (key: string) =>
    ["'", '"', '`'].some((q) => [q, ':'].some((o) => sources.includes(`${o}${key}${q}`)))
  const made = (key: string) => {
    const stem = key.includes('.') ? key.slice(0, key.indexOf('.') + 1) : null
    return stem !== null && (sources.includes(`\`${stem}\${`) || sources.includes(`:${stem}\${`))
  }
  const unused = areas.flatMap((area) =>
    Object.keys(zhCN[area])
      .filter((key) => !quoted(key) && !made(key))
      .map((key) => `${area}.${key}`),
  )
  expect(unused).toEqual([])
})
