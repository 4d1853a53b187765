import { afterEach, expect, test } from 'vitest'
import { markLines } from '../markDrawing'
import { hang } from '../PageMark'

const TEXT = { name: '王芳', time: '2026/11/26 16:40', code: '7K3M-9QXA' }
const sheets = () => document.querySelectorAll<HTMLElement>('[data-mark]')
const changed = () => new Promise((resolve) => setTimeout(resolve))
let down = () => {}

afterEach(() => down())

test('a tile says who, when and by which code', () => {
  expect(markLines(TEXT)).toEqual(['王芳', '2026/11/26 16:40  7K3M-9QXA'])
})

test('a name that is too long is cut between characters', () => {
  const [name] = markLines({ ...TEXT, name: '𠮷'.repeat(30) })
  expect(name).toBe(`${'𠮷'.repeat(23)}…`)
})

test('it hangs over the page until it is taken down', () => {
  down = hang('data:image/png;base64,AA', '7K3M-9QXA')
  expect(sheets()).toHaveLength(1)
  expect(sheets()[0]?.getAttribute('aria-hidden')).toBe('true')
  expect(sheets()[0]?.style.backgroundImage).toContain('data:image/png')
  down()
  expect(sheets()).toHaveLength(0)
})

test('it comes back when it is removed, hidden or stripped', async () => {
  down = hang('data:image/png;base64,AA', '7K3M-9QXA')
  sheets()[0]?.remove()
  await changed()
  expect(sheets()).toHaveLength(1)
  const [sheet] = sheets()
  sheet?.setAttribute('hidden', '')
  sheet?.style.setProperty('opacity', '0')
  await changed()
  expect(sheet?.hasAttribute('hidden')).toBe(false)
  expect(sheet?.style.opacity).toBe('')
  expect(sheet?.style.backgroundImage).toContain('data:image/png')
})
