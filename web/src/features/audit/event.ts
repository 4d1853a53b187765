// What an event says, taken apart for showing: how many, on whom, what changed. Pure.
import type { AuditEventPartsFragment } from '#/api/gen/operations'

export type Event = AuditEventPartsFragment
export type Subject = Event['subjects'][number]

/** Particulars that hold ids; they are shown as links and counts. */
const IDS = new Set([
  'conversations',
  'customers',
  'handover',
  'leaver',
  'messages',
  'successors',
  'user',
  'token',
])

export function detail(event: Event, name: string): string | undefined {
  return event.details.find((one) => one.name === name)?.value
}

/** How many messages an event is about. */
export function messageCount(event: Event): number {
  const ids = detail(event, 'messages')
  return ids ? ids.split(' ').length : 1
}

/** A line's worth of a long id. */
export function shortId(id: string): string {
  return id.length > 12 ? `${id.slice(0, 10)}…` : id
}

/** What the act was done to, as a name. */
export function objectName(event: Event): string {
  const found = event.subjects.find((one) => one.id === event.object)
  return found?.name ?? (event.object ? shortId(event.object) : '')
}

export type Change = { name: string; before: string; after: string }
export type Fact = { name: string; value: string }

/** Particulars as facts, and pairs of before and after as changes. */
export function particulars(event: Event): { facts: Fact[]; changes: Change[] } {
  const values = new Map(event.details.map((one) => [one.name, one.value]))
  const facts: Fact[] = []
  const changes: Change[] = []
  for (const [name, value] of values) {
    const stem = /^(.+)_(before|after)$/.exec(name)?.[1]
    if (stem && values.has(`${stem}_before`) && values.has(`${stem}_after`)) {
      if (name.endsWith('_after')) {
        changes.push({ name: stem, before: values.get(`${stem}_before`) ?? '', after: value })
      }
    } else if (!IDS.has(name)) {
      facts.push({ name, value })
    }
  }
  return { facts, changes }
}
