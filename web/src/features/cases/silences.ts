// How long it was quiet between the steps of a chain. Pure.
import { daysBetween } from '#/lib/days'

/** Whole days from the last dated step before each step to it; null where less than a day, or where a time is not known. */
export function silences(links: readonly { at: string | null }[]): (number | null)[] {
  let last: string | null = null
  return links.map(({ at }) => {
    const before = last
    last = at ?? last
    if (at === null || before === null) return null
    const days = daysBetween(before, at)
    return days > 0 ? days : null
  })
}
