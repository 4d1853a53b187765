import { expect, test } from 'vitest'
import { changesOf, draftOf, inputOf } from '../draft'
import type { Role } from '../page'

const ROLE: Role = {
  id: 'r1',
  name: '门诊客服',
  builtIn: null,
  actions: ['READ_CONTENT', 'SEARCH'],
  masks: ['PHONE', 'AMOUNT'],
  secondFactor: false,
  networks: ['10.0.0.0/8', '192.0.2.7/32'],
  scope: {
    kind: 'NAMED',
    staff: ['s1', 's2'],
    departments: [],
    customers: [],
    namedStaff: [{ id: 's1', name: '王敏' }],
    namedCustomers: [],
  },
}

test('what is as it was is no change, in whatever order', () => {
  const draft = draftOf(ROLE)
  expect(changesOf(ROLE, draft)).toEqual([])
  const turned = {
    ...draft,
    name: ' 门诊客服 ',
    actions: [...draft.actions].reverse(),
    masks: [...draft.masks].reverse(),
    networks: '192.0.2.7/32 10.0.0.0/8',
    scope: { ...draft.scope, staff: [...draft.scope.staff].reverse() },
  }
  expect(changesOf(ROLE, turned)).toEqual([])
})

test('sets say what comes and what goes', () => {
  const draft = draftOf(ROLE)
  const changed = { ...draft, masks: ['PHONE', 'EMAIL'] as const, networks: '10.0.0.0/8' }
  expect(changesOf(ROLE, { ...changed, masks: [...changed.masks] })).toEqual([
    { what: 'masks', added: ['EMAIL'], removed: ['AMOUNT'] },
    { what: 'networks', added: [], removed: ['192.0.2.7/32'], after: ['10.0.0.0/8'] },
  ])
})

test('a scope that names others is a change, and so is another kind', () => {
  const draft = draftOf(ROLE)
  const fewer = { ...draft, scope: { ...draft.scope, staff: draft.scope.staff.slice(1) } }
  expect(changesOf(ROLE, fewer).map((change) => change.what)).toEqual(['scope'])
  const all = { ...draft, scope: { ...draft.scope, kind: 'EVERYTHING' as const } }
  expect(changesOf(ROLE, all).map((change) => change.what)).toEqual(['scope'])
})

test('only what changes is sent', () => {
  const draft = { ...draftOf(ROLE), secondFactor: true, networks: '' }
  const changes = changesOf(ROLE, draft)
  expect(inputOf(ROLE, draft, changes, true)).toEqual({
    id: 'r1',
    lockOut: true,
    secondFactor: true,
    networks: [],
  })
})
