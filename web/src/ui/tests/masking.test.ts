import { expect, test } from 'vitest'
import { cutAt } from '../masking'

const shown = (text: string, values: { start: number; end: number }[]) =>
  cutAt(text, values).map((cut) => (cut.value ? `[${cut.text}]` : cut.text))

test('a text is cut at its masked values', () => {
  expect(shown('卡 ***0128，谢谢', [{ start: 2, end: 9 }])).toEqual(['卡 ', '[***0128]', '，谢谢'])
  expect(
    shown('138****8000a***@b.cn', [
      { start: 0, end: 11 },
      { start: 11, end: 20 },
    ]),
  ).toEqual(['[138****8000]', '[a***@b.cn]'])
  expect(shown('没有', [])).toEqual(['没有'])
  expect(shown('', [])).toEqual([])
})

test('emoji count as browsers count', () => {
  expect(shown('😀 138****8000', [{ start: 3, end: 14 }])).toEqual(['😀 ', '[138****8000]'])
})

test('values that a shortened text does not hold whole are not cut', () => {
  expect(shown('卡 ***0…', [{ start: 2, end: 9 }])).toEqual(['卡 ***0…'])
  expect(shown('abc', [{ start: 2, end: 1 }])).toEqual(['abc'])
})
