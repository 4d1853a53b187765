// Arithmetic of a timeline that is fetched in windows: which parts of a conversation are wanted, and which rows exist at once.

/** Messages of one window. */
export const WINDOW = 100
/** Rows that stand in the list at once. Firefox draws no element higher than about 17.9 million pixels: 200,000 rows of 56 px are 11.2 million. */
export const ROWS_MAX = 200_000

/** The numbers of the windows that hold the places `from` to `to` (both included) of `total`. */
export function windowsOf(from: number, to: number, total: number): number[] {
  if (total === 0) return []
  const first = Math.floor(Math.max(0, Math.min(from, total - 1)) / WINDOW)
  const last = Math.floor(Math.max(0, Math.min(to, total - 1)) / WINDOW)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
}

/**
 * What to ask for a window: its own messages and the one before them, because how a message is drawn
 * (day line, head of a group) depends on the one before it. So no row changes when its neighbour window comes.
 */
export function requestOf(window: number): { offset: number; first: number } {
  const start = window * WINDOW
  return start === 0 ? { offset: 0, first: WINDOW } : { offset: start - 1, first: WINDOW + 1 }
}

/** The first place of the rows that stand in the list when `place` is to be shown. */
export function baseFor(place: number, total: number): number {
  if (total <= ROWS_MAX) return 0
  const middle = Math.round((place - ROWS_MAX / 2) / WINDOW) * WINDOW
  return Math.max(0, Math.min(middle, total - ROWS_MAX))
}

/** Whether a place stands in the list that begins at `base`. */
export function isListed(place: number, base: number, total: number): boolean {
  return place >= base && place < Math.min(total, base + ROWS_MAX)
}

/** The places around one, `reach` to both sides. */
export function around(place: number, reach: number): { from: number; to: number } {
  return { from: place - reach, to: place + reach }
}

/** Both lists without doubles, in order. */
export function union(some: readonly number[], more: readonly number[]): number[] {
  return [...new Set([...some, ...more])].sort((a, b) => a - b)
}
