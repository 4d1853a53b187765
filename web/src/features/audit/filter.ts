// What the address asks for, as the API's filter and as the query of a download.
import type { AuditFilter, ExportAuditEventsInput } from '#/api/gen/operations'
import type { Operation } from '#/lib/approval'
import { dayAfter } from '#/lib/days'
import { GROUPS, type Group } from './groups'

/** The filter as it stands in the address. Days are days of the viewer's zone, both included. */
export type AuditSearch = {
  who?: string | undefined
  group?: Group | undefined
  subject?: string | undefined
  from?: string | undefined
  to?: string | undefined
  q?: string | undefined
  /** The code of a mark: its event is shown, and no other. */
  code?: string | undefined
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** The first moment of a day in the browser's zone. */
function startOf(day: string): string | undefined {
  if (!DAY.test(day)) return undefined
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const moment = new Date(year, month - 1, date)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

export function filterOf(search: AuditSearch): AuditFilter {
  const filter: AuditFilter = {}
  const { who, group, subject, from, to } = search
  const words = search.q?.trim()
  const after = from && startOf(from)
  const before = to && DAY.test(to) && startOf(dayAfter(to))
  if (who) filter.actor = who
  if (group) filter.actions = [...GROUPS[group]]
  if (subject) filter.subject = subject
  if (after) filter.after = after
  if (before) filter.before = before
  if (words) filter.words = words
  return filter
}

/** The name of an act in events: SESSION_END_OTHERS -> "session.end_others". */
export function actName(action: string): string {
  return action.toLowerCase().replace('_', '.')
}

export function downloadOf(search: AuditSearch, form: 'csv' | 'ndjson'): string {
  const { actions, ...filter } = filterOf(search)
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) {
    if (typeof value === 'string') query.set(name, value)
  }
  if (actions) query.set('actions', actions.map(actName).join(','))
  const text = query.toString()
  return `/api/audit/events.${form}${text && `?${text}`}`
}

/** The export as approval for it is asked. */
export function exportOf(search: AuditSearch, form: 'csv' | 'ndjson'): Operation {
  const input: ExportAuditEventsInput = {
    filter: filterOf(search),
    form: form === 'csv' ? 'CSV' : 'NDJSON',
  }
  return { name: 'exportAuditEvents', input }
}
