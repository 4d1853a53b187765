// Days of the viewer's zone, for figures by the day.

export type DayCount = { day: string; messages: number }

const two = (n: number) => String(n).padStart(2, '0')

/** The calendar day of a moment in the browser's zone: "2025-01-31". */
export function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** The calendar day after: "2025-01-31" -> "2025-02-01". */
export function dayAfter(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return dayOf(new Date(year, month - 1, date + 1))
}

/** The moment at which a calendar day begins in the browser's zone, or the day so many days later. */
export function startOfDay(day: string, later = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).toISOString()
}

/** Whole days between two moments, whichever comes first. */
export function daysBetween(a: string, b: string): number {
  return Math.floor(Math.abs(Date.parse(a) - Date.parse(b)) / 86_400_000)
}

/** The last `days` days up to `today`, each with its count; days that the server left out count nothing. */
export function fillDays(
  counts: DayCount[],
  days: number,
  today: Date,
): [day: string, messages: number][] {
  const known = new Map(counts.map(({ day, messages }) => [dayOf(new Date(day)), messages]))
  return Array.from({ length: days }, (_, i) => {
    const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() - (days - 1 - i))
    const day = dayOf(date)
    return [day, known.get(day) ?? 0]
  })
}
