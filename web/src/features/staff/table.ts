// A table of staff from a file: CSV with a line of headings, or an object a line (NDJSON). Reading it never fails as a whole.
import type { StaffRowInput, StaffState } from '#/api/gen/operations'

/** Rows that the server takes at once. */
export const ROWS_MAX = 1_000

export type Fault = 'heading' | 'cells' | 'state' | 'notJson' | 'tooMany'

export type Line =
  | { line: number; row: StaffRowInput; fault?: never }
  | { line: number; row?: never; fault: Fault }

type Column = 'channelId' | 'name' | 'position' | 'departments' | 'state'

const HEADINGS: Record<string, Column> = {
  账号: 'channelId',
  企业微信账号: 'channelId',
  account: 'channelId',
  userid: 'channelId',
  channelid: 'channelId',
  姓名: 'name',
  name: 'name',
  职务: 'position',
  position: 'position',
  部门: 'departments',
  departments: 'departments',
  department: 'departments',
  状态: 'state',
  state: 'state',
}

const STATES: Record<string, StaffState> = {
  在职: 'ACTIVE',
  active: 'ACTIVE',
  停用: 'SUSPENDED',
  suspended: 'SUSPENDED',
  离职: 'LEFT',
  left: 'LEFT',
}

/** The records of a CSV (RFC 4180) with the line each begins on; cells may hold commas, quotes and line breaks in quotes. */
export function csvRecords(text: string): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = []
  let [cells, cell, quoted, line, begun] = [[] as string[], '', false, 1, 1]
  const end = () => {
    cells.push(cell)
    if (cells.some((one) => one.trim() !== '')) records.push({ line: begun, cells })
    cells = []
    cell = ''
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '\n') line++
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else quoted = false
    } else if (c === '"' && cell.trim() === '') {
      cell = ''
      quoted = true
    } else if (c === ',') {
      cells.push(cell)
      cell = ''
    } else if (c === '\n') {
      end()
      begun = line
    } else if (c !== '\r') cell += c
  }
  end()
  return records
}

function rowOf(line: number, values: Partial<Record<Column, string>>): Line {
  const text = (column: Column) => values[column]?.trim() ?? ''
  const state = text('state').toLowerCase()
  if (state !== '' && !Object.hasOwn(STATES, state)) return { line, fault: 'state' }
  const departments = values.departments?.split(/[;；]/).map((one) => one.trim())
  return {
    line,
    row: {
      channelId: text('channelId'),
      name: text('name'),
      position: values.position === undefined ? null : text('position'),
      departments: departments?.filter((one) => one !== '') ?? null,
      state: STATES[state] ?? null,
    },
  }
}

function csvLines(text: string): Line[] {
  const [first, ...records] = csvRecords(text)
  if (!first) return []
  const columns = first.cells.map((cell) => HEADINGS[cell.trim().toLowerCase()])
  if (!columns.includes('channelId') || !columns.includes('name')) {
    return [{ line: first.line, fault: 'heading' }]
  }
  return records.map(({ line, cells }) => {
    if (cells.length > columns.length) return { line, fault: 'cells' }
    const values: Partial<Record<Column, string>> = {}
    for (const [i, column] of columns.entries()) {
      if (column) values[column] = cells[i] ?? ''
    }
    return rowOf(line, values)
  })
}

function jsonLines(text: string): Line[] {
  return text.split('\n').flatMap((source, i): Line[] => {
    if (source.trim() === '') return []
    const line = i + 1
    let json: unknown
    try {
      json = JSON.parse(source)
    } catch {
      return [{ line, fault: 'notJson' }]
    }
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return [{ line, fault: 'notJson' }]
    }
    const values: Partial<Record<Column, string>> = {}
    for (const [name, value] of Object.entries(json)) {
      const column = HEADINGS[name.trim().toLowerCase()]
      if (column && value !== null) {
        values[column] = Array.isArray(value) ? value.map(String).join(';') : String(value)
      }
    }
    return [rowOf(line, values)]
  })
}

/** The lines of a table, whichever of the two forms it has. What is beyond the server's limit is told once and left out. */
export function staffLines(text: string): Line[] {
  const plain = text.replace(/^\uFEFF/, '')
  const lines = plain.trimStart().startsWith('{') ? jsonLines(plain) : csvLines(plain)
  const over = lines[ROWS_MAX]
  return over ? [...lines.slice(0, ROWS_MAX), { line: over.line, fault: 'tooMany' }] : lines
}
