// The text of the explorer's fields: variables read, lines begun where the one above began.

/** The variables of a field: an object, {} for nothing, null for what is no JSON object. */
export function readVariables(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** A new line at the cursor, indented like the line it leaves, and deeper after an opening bracket. */
export function tabbed(text: string, start: number, end: number): { text: string; cursor: number } {
  const before = text.slice(0, start)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const indent = /^ */.exec(line)?.[0] ?? ''
  const deeper = /[{([]\s*$/.test(line) ? '  ' : ''
  const added = `\n${indent}${deeper}`
  return { text: before + added + text.slice(end), cursor: start + added.length }
}
