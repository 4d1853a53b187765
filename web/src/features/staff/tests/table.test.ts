import { expect, test } from 'vitest'
import { csvRecords, ROWS_MAX, staffLines } from '../table'

test('cells in quotes hold commas, quotes and line breaks', () => {
  expect(csvRecords('a,"b, ""c""\nd",e\r\n\r\n1,2,3')).toEqual([
    { line: 1, cells: ['a', 'b, "c"\nd', 'e'] },
    { line: 4, cells: ['1', '2', '3'] },
  ])
  expect(csvRecords('')).toEqual([])
  expect(csvRecords('"never closed, a')).toEqual([{ line: 1, cells: ['never closed, a'] }])
})

test('a table with Chinese headings becomes rows', () => {
  const lines = staffLines(
    '\uFEFF姓名,账号,部门,状态\n安医生,an,门诊部/内科；外科,在职\n薄医生,bo,,离职\n',
  )
  expect(lines).toEqual([
    {
      line: 2,
      row: {
        channelId: 'an',
        name: '安医生',
        position: null,
        departments: ['门诊部/内科', '外科'],
        state: 'ACTIVE',
      },
    },
    {
      line: 3,
      row: { channelId: 'bo', name: '薄医生', position: null, departments: [], state: 'LEFT' },
    },
  ])
})

test('what is wrong is told by its line, and the rest stays', () => {
  expect(staffLines('name,position\nx,y').map((line) => line.fault)).toEqual(['heading'])
  const lines = staffLines('account,name,state\na,A,maybe\nb,B,active\nc,C,active,more')
  expect(lines.map((line) => [line.line, line.fault ?? line.row.name])).toEqual([
    [2, 'state'],
    [3, 'B'],
    [4, 'cells'],
  ])
})

test('a line may be an object', () => {
  const lines = staffLines(
    '{"userid": "an", "name": "安", "departments": ["内科"]}\nnot json\n[]\n{"userid":"bo","name":"薄"}',
  )
  expect(lines.map((line) => line.fault ?? line.row.departments)).toEqual([
    ['内科'],
    'notJson',
    'notJson',
    null,
  ])
})

test('more rows than the server takes are told', () => {
  const table = `account,name\n${'a,A\n'.repeat(ROWS_MAX + 2)}`
  const lines = staffLines(table)
  expect(lines.length).toBe(ROWS_MAX + 1)
  expect(lines.at(-1)).toEqual({ line: ROWS_MAX + 2, fault: 'tooMany' })
})
