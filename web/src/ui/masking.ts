// Where masked values stand in a text.

export type Span = { start: number; end: number }
export type Cut<S> = { text: string; value: S | null }

/** Cuts a text at masked values (UTF-16 code units), in their order. Those that a shortened text does not hold whole are left to the text. */
export function cutAt<S extends Span>(text: string, values: readonly S[]): Cut<S>[] {
  const cut: Cut<S>[] = []
  let at = 0
  for (const value of values) {
    if (value.start < at || value.end <= value.start || value.end > text.length) continue
    if (value.start > at) cut.push({ text: text.slice(at, value.start), value: null })
    cut.push({ text: text.slice(value.start, value.end), value })
    at = value.end
  }
  if (at < text.length) cut.push({ text: text.slice(at), value: null })
  return cut
}
