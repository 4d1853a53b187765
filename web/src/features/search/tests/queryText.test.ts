import { expect, test } from 'vitest'
import { cutAt, type Filters, readFilters, writeFilters } from '../queryText'

function reads(text: string, filters: Filters) {
  expect(readFilters(text), text).toEqual(filters)
}

test('filters outside of brackets are read', () => {
  reads('退款 from:张三', { from: '张三' })
  reads('kind:image after:2025-01-01 before:2025-02-01', {
    kind: 'image',
    after: '2025-01-01',
    before: '2025-02-01',
  })
  reads('customer:"张 三" 发票', { customer: '张 三' })
  reads('customer：“张 三”', { customer: '张 三' })
  reads('FROM:x', { from: 'x' })
})

test('what no control can show is left alone', () => {
  reads('-from:张三', {})
  reads('NOT from:张三', {})
  reads('(from:a OR from:b)', {})
  reads('退款 OR from:a', {})
  reads('退款|from:a', {})
  reads('"from:a"', {})
  reads('http://x.cn 12:30 note:x from: y', {})
  reads('from:"a', { from: '' })
})

function writes(text: string, change: Filters, expected: string) {
  expect(writeFilters(text, change), text).toBe(expected)
}

test('a filter is added, replaced and taken out', () => {
  writes('', { from: '张三' }, 'from:张三')
  writes('退款', { from: '张三' }, '退款 from:张三')
  writes('退款 from:a 发票', { from: 'b' }, '退款 发票 from:b')
  writes('退款 from:a', { from: undefined }, '退款')
  writes('from:a', { from: undefined }, '')
  writes('a from:x from:y b', { from: undefined }, 'a b')
  writes('a', { after: '2025-01-01', before: '2025-02-01' }, 'a after:2025-01-01 before:2025-02-01')
})

test('values with spaces and brackets are quoted, quotes in them are dropped', () => {
  writes('', { customer: '张 三' }, 'customer:"张 三"')
  writes('', { customer: 'a(b)' }, 'customer:"a(b)"')
  writes('', { customer: 'a"b' }, 'customer:"a b"')
})

test('alternatives are bracketed before a filter is added', () => {
  writes('a OR b', { kind: 'image' }, '(a OR b) kind:image')
  writes('(a OR b) kind:image', { kind: 'file' }, '(a OR b) kind:file')
  writes('-from:a x', { from: 'b' }, '-from:a x from:b')
})

test('places are counted in characters', () => {
  expect(cutAt('😀退款"酒', 3)).toEqual(['😀退款', '"', '酒'])
  expect(cutAt('ab', 2)).toEqual(['ab', '', ''])
})
