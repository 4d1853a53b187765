import { expect, test } from 'vitest'
import { branches, withBelow } from '../departments'

const one = (id: string, parentId: string | null, name = id) => ({ id, parentId, name })

test('each department knows its depth and its path', () => {
  const rows = branches([one('1', null, '门诊部'), one('2', '1', '内科'), one('3', '9', '孤立')])
  expect(rows.map(({ depth, path }) => [depth, path])).toEqual([
    [0, '门诊部'],
    [1, '门诊部/内科'],
    [0, '孤立'],
  ])
})

test('circles end', () => {
  const circle = [one('1', '2'), one('2', '1')]
  expect(branches(circle).map((row) => row.depth)).toEqual([1, 1])
  expect(withBelow(circle, '1')).toEqual(new Set(['1', '2']))
})

test('what lies below is found whatever the order', () => {
  const all = [one('3', '2'), one('2', '1'), one('1', null), one('4', null)]
  expect(withBelow(all, '1')).toEqual(new Set(['1', '2', '3']))
})
