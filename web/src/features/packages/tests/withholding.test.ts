import { expect, test } from 'vitest'
import { partOf } from '../state'
import { newWish, withholdInput } from '../withholding'

test('what says nothing is left out', () => {
  expect(withholdInput([newWish(1), { ...newWish(2), kind: 'WORDS', of: 'm1', words: '  ' }])).toEqual([])
})

test('each kind is told as the server takes it', () => {
  const wish = { ...newWish(1), of: ' wm1 ', note: ' n ' }
  expect(withholdInput([wish])).toEqual([
    { target: { person: 'wm1' }, code: 'PRIVACY', note: 'n' },
  ])
  expect(withholdInput([{ ...wish, kind: 'WORDS', words: '张三  13800138000 ' }])[0]?.target).toEqual(
    { words: { message: 'wm1', words: ['张三', '13800138000'] } },
  )
  expect(withholdInput([{ ...wish, kind: 'MESSAGE' }])[0]?.target).toEqual({ message: 'wm1' })
})

test('progress is known once the records are', () => {
  expect(partOf(null, 0)).toBeNull()
  expect(partOf(0, 0)).toBeNull()
  expect(partOf(5, 20)).toBe(0.25)
})
