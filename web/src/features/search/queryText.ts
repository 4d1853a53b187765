// The text of a query, read and edited by the controls beside it. The server reads it for good; what stands here only
// finds the filters that a control can show, and never changes anything else of what a person typed.

export const FILTERS = [
  'from',
  'to',
  'staff',
  'customer',
  'conversation',
  'kind',
  'channel',
  'after',
  'before',
  'has',
  'is',
] as const
export type FilterName = (typeof FILTERS)[number]
export type Filters = Partial<Record<FilterName, string>>

type Token = {
  start: number
  end: number
  depth: number
  kind: 'word' | 'or' | 'not' | 'filter' | 'bracket'
  name?: FilterName
  value?: string
}

const QUOTE = '"“”＂'
const ENDS_WORD = /[\s"“”＂()（）|｜]/

function tokens(text: string): Token[] {
  const found: Token[] = []
  let depth = 0
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    const start = at
    if (/\s/.test(char)) {
      at += 1
    } else if ('(（)）'.includes(char)) {
      at += 1
      const opens = '(（'.includes(char)
      found.push({ start, end: at, depth: opens ? depth : depth - 1, kind: 'bracket' })
      depth += opens ? 1 : -1
    } else if ('|｜'.includes(char)) {
      at += 1
      found.push({ start, end: at, depth, kind: 'or' })
    } else if (char === '-' && !/^-(\s|$)/.test(text.slice(at))) {
      at += 1
      found.push({ start, end: at, depth, kind: 'not' })
    } else if (QUOTE.includes(char)) {
      at = quoteEnd(text, at)
      found.push({ start, end: at, depth, kind: 'word' })
    } else {
      const token = wordAt(text, at, depth)
      at = token.end
      found.push(token)
    }
  }
  return found
}

/** Behind the quote that closes the one at `start`, or the end of the text. */
function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (QUOTE.includes(text.charAt(at))) return at + 1
  }
  return text.length
}

function wordAt(text: string, start: number, depth: number): Token {
  let end = start
  while (end < text.length && !ENDS_WORD.test(text.charAt(end))) end += 1
  const word = text.slice(start, end)
  if (word === 'OR') return { start, end, depth, kind: 'or' }
  if (word === 'NOT') return { start, end, depth, kind: 'not' }
  const colon = /^([A-Za-z]+)[:：]/.exec(word)
  const name = FILTERS.find((filter) => filter === colon?.[1]?.toLowerCase())
  if (!colon || !name) return { start, end, depth, kind: 'word' }
  const valueStart = start + colon[0].length
  if (valueStart < end) {
    return { start, end, depth, kind: 'filter', name, value: text.slice(valueStart, end) }
  }
  if (!QUOTE.includes(text.charAt(end)) || end >= text.length) {
    return { start, end, depth, kind: 'word' }
  }
  const close = quoteEnd(text, end)
  return { start, end: close, depth, kind: 'filter', name, value: text.slice(end + 1, close - 1) }
}

/** The filters that hold for the whole query: those that stand outside, are not negated and have no alternative. */
function plainFilters(all: Token[]): Token[] {
  if (all.some((token) => token.depth === 0 && token.kind === 'or')) return []
  return all.filter(
    (token, i) => token.kind === 'filter' && token.depth === 0 && all[i - 1]?.kind !== 'not',
  )
}

/** What the controls show. */
export function readFilters(text: string): Filters {
  const filters: Filters = {}
  for (const { name, value } of plainFilters(tokens(text))) if (name) filters[name] = value ?? ''
  return filters
}

function quoted(value: string): string {
  const plain = value.replace(/["“”＂]/g, ' ').trim()
  return ENDS_WORD.test(plain) ? `"${plain}"` : plain
}

/** The query with filters set, replaced or (by undefined) taken out. All else stays as it was typed. */
export function writeFilters(text: string, change: Filters): string {
  const names = new Set(Object.keys(change))
  let rest = text
  for (const token of plainFilters(tokens(text)).reverse()) {
    if (token.name && names.has(token.name)) {
      rest = `${rest.slice(0, token.start).trimEnd()} ${rest.slice(token.end).trimStart()}`
    }
  }
  rest = rest.trim()
  const added = Object.entries(change).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}:${quoted(value)}`],
  )
  if (added.length === 0) return rest
  // A filter behind alternatives would belong to the last of them only.
  const alternatives = tokens(rest).some((token) => token.depth === 0 && token.kind === 'or')
  return [alternatives ? `(${rest})` : rest, ...added].filter(Boolean).join(' ')
}

/** Cuts a text at an offset in characters (code points), as the server counts them. */
export function cutAt(text: string, position: number): [before: string, at: string, after: string] {
  const characters = [...text]
  return [
    characters.slice(0, position).join(''),
    characters[position] ?? '',
    characters.slice(position + 1).join(''),
  ]
}
