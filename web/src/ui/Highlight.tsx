// A text with the places that a search found, marked.
import { Fragment } from 'react'

export type Mark = { start: number; end: number }
export type Piece = { text: string; start: number; marked: boolean }

/** Cuts a text at its marks (UTF-16 code units). Marks that overlap are joined; those outside the text are cut off. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const cut: Piece[] = []
  let at = 0
  const push = (end: number, marked: boolean) => {
    if (end > at) cut.push({ text: text.slice(at, end), start: at, marked })
    at = Math.max(at, end)
  }
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    const end = Math.min(mark.end, text.length)
    if (end <= at || mark.start >= end) continue
    push(Math.max(at, mark.start), false)
    const last = cut.at(-1)
    if (last?.marked && last.start + last.text.length === at) {
      last.text += text.slice(at, end)
      at = end
    } else push(end, true)
  }
  push(text.length, false)
  return cut
}

export function Highlight({ text, marks }: { text: string; marks: readonly Mark[] }) {
  return pieces(text, marks).map((piece) =>
    piece.marked ? (
      <mark key={piece.start}>{piece.text}</mark>
    ) : (
      <Fragment key={piece.start}>{piece.text}</Fragment>
    ),
  )
}
