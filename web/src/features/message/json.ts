// JSON laid out for reading without parsing it into numbers and back: every literal stays as it was written.

/** Spaces of one step. */
const STEP = 2
/** Texts longer than this are shown as they came. */
const CHARS_MAX = 1_000_000

/** The text with line breaks and indents between its tokens; null where it is no JSON. */
export function layOut(text: string): string | null {
  if (text.length > CHARS_MAX || !isJson(text)) return null
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gs) ?? []
  let depth = 0
  let out = ''
  tokens.forEach((token, i) => {
    const before = tokens[i - 1]
    const isOpen = before === '{' || before === '['
    if (token === '}' || token === ']') {
      depth -= 1
      out += isOpen ? token : `${line(depth)}${token}`
      return
    }
    if (before === ',' || isOpen) out += line(depth)
    out += token === ':' ? ': ' : token
    if (token === '{' || token === '[') depth += 1
  })
  return out
}

const line = (depth: number) => `\n${' '.repeat(depth * STEP)}`

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
