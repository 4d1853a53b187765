import { expect, test } from 'vitest'
import { detail, type Event, messageCount, objectName, particulars } from '../event'
import { actName, downloadOf, filterOf } from '../filter'
import { GROUP_NAMES, GROUPS } from '../groups'

function event(details: Record<string, string>, more: Partial<Event> = {}): Event {
  return {
    id: 'm1',
    at: '2026-01-31T08:00:00.000Z',
    actor: { id: 'u1', kind: 'user', name: '周敏' },
    action: 'MESSAGE_READ',
    actionName: 'message.read',
    object: null,
    subjects: [],
    details: Object.entries(details).map(([name, value]) => ({ name, value })),
    place: 'local',
    seal: { state: 'SEALED', index: 7, checkpointSize: 9 },
    ...more,
  } as Event
}

test('what changed stands as a pair, ids are left to the links', () => {
  const { facts, changes } = particulars(
    event({ active_before: 'true', active_after: 'false', role: 'staff', customers: 'k1 k2' }),
  )
  expect(changes).toEqual([{ name: 'active', before: 'true', after: 'false' }])
  expect(facts).toEqual([{ name: 'role', value: 'staff' }])
  expect(particulars(event({ lone_before: 'x' })).facts).toEqual([
    { name: 'lone_before', value: 'x' },
  ])
})

test('counts and names come from ids and subjects', () => {
  expect(messageCount(event({ messages: 'm1 m2 m3' }))).toBe(3)
  expect(messageCount(event({}))).toBe(1)
  expect(detail(event({ query: '发票' }), 'query')).toBe('发票')
  const named = event(
    {},
    { object: 'k1', subjects: [{ id: 'k1', kind: 'CUSTOMER', name: '王芳' }] },
  )
  expect(objectName(named)).toBe('王芳')
  expect(objectName(event({}, { object: 'e123456789012345' }))).toBe('e123456789…')
  expect(objectName(event({}))).toBe('')
})

test('the address becomes a filter, days included to their end', () => {
  const filter = filterOf({
    who: 'u1',
    group: 'imports',
    from: '2026-01-30',
    to: '2026-01-31',
    q: ' a ',
  })
  expect(filter.actor).toBe('u1')
  expect(filter.actions).toEqual(['IMPORT_BEGIN', 'IMPORT_END', 'MEDIA_STORE', 'DIRECTORY_IMPORT'])
  expect(Date.parse(filter.before ?? '') - Date.parse(filter.after ?? '')).toBe(2 * 86_400_000)
  expect(filter.words).toBe('a')
  expect(filterOf({ from: 'yesterday', q: ' ' })).toEqual({})
})

test('a download asks for the same events by their names', () => {
  expect(actName('SESSION_END_OTHERS')).toBe('session.end_others')
  expect(downloadOf({}, 'csv')).toBe('/api/audit/events.csv')
  expect(downloadOf({ group: 'imports', subject: 'k1', q: '发票' }, 'ndjson')).toBe(
    `/api/audit/events.ndjson?subject=k1&words=${encodeURIComponent('发票')}&actions=import.begin%2Cimport.end%2Cmedia.store%2Cdirectory.import`,
  )
})

test('every group names acts, each once', () => {
  for (const group of GROUP_NAMES) {
    expect(new Set(GROUPS[group]).size, group).toBe(GROUPS[group].length)
  }
})
