import { expect, test } from 'vitest'
import { type Mark, pieces } from '../Highlight'

const shown = (text: string, marks: Mark[]) =>
  pieces(text, marks)
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join('|')

test('marks cut the text where they begin and end', () => {
  expect(shown('要求退款。', [{ start: 2, end: 4 }])).toBe('要求|[退款]|。')
  expect(shown('退款', [{ start: 0, end: 2 }])).toBe('[退款]')
  expect(shown('退款', [])).toBe('退款')
  expect(shown('', [{ start: 0, end: 1 }])).toBe('')
})

test('marks count UTF-16 code units', () => {
  expect(shown('😀退款', [{ start: 2, end: 4 }])).toBe('😀|[退款]')
})

test('marks may come unsorted, overlap, touch, be empty or lie outside', () => {
  const marks = (...pairs: [number, number][]) => pairs.map(([start, end]) => ({ start, end }))
  expect(shown('abcdef', marks([4, 6], [0, 2]))).toBe('[ab]|cd|[ef]')
  expect(shown('abcdef', marks([0, 3], [1, 2], [2, 4]))).toBe('[abcd]|ef')
  expect(shown('abcdef', marks([1, 2], [2, 3]))).toBe('a|[bc]|def')
  expect(shown('abc', marks([1, 1], [2, 9], [7, 8]))).toBe('ab|[c]')
})
