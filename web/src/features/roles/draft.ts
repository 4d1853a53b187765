// What a role is to become, and what of it is different from what the role is. Pure.
import type { Action, PersonalKind, UpdateRoleInput } from '#/api/gen/operations'
import { networksIn } from './networks'
import type { Role } from './page'
import { type ScopeValue, scopeInput, scopeValue } from './ScopeFields'

export type Draft = {
  name: string
  actions: Action[]
  masks: PersonalKind[]
  scope: ScopeValue
  secondFactor: boolean
  /** As they are typed. */
  networks: string
}

/** What changes: single things with before and after, sets with what comes and what goes. */
export type Change =
  | { what: 'name'; before: string; after: string }
  | { what: 'scope'; before: ScopeValue; after: ScopeValue }
  | { what: 'secondFactor'; before: boolean; after: boolean }
  | { what: 'actions'; added: Action[]; removed: Action[] }
  | { what: 'masks'; added: PersonalKind[]; removed: PersonalKind[] }
  | { what: 'networks'; added: string[]; removed: string[]; after: string[] }

export function draftOf(role: Role): Draft {
  const { name, actions, masks, secondFactor } = role
  const scope = scopeValue(role.scope)
  return { name, actions, masks, scope, secondFactor, networks: role.networks.join('\n') }
}

function setsOf<T>(before: readonly T[], after: readonly T[]) {
  return {
    added: after.filter((one) => !before.includes(one)),
    removed: before.filter((one) => !after.includes(one)),
  }
}

function differ<T>({ added, removed }: { added: T[]; removed: T[] }): boolean {
  return added.length + removed.length > 0
}

/** Whether two scopes name different people; the order in which they were picked is nothing. */
function scopesDiffer(before: ScopeValue, after: ScopeValue): boolean {
  const [from, to] = [scopeInput(before), scopeInput(after)]
  if (from.kind !== to.kind) return true
  return (['staff', 'departments', 'customers'] as const).some((list) =>
    differ(setsOf(from[list] ?? [], to[list] ?? [])),
  )
}

export function changesOf(role: Role, draft: Draft): Change[] {
  const changes: Change[] = []
  const name = draft.name.trim()
  if (name !== role.name) changes.push({ what: 'name', before: role.name, after: name })
  const scope = scopeValue(role.scope)
  if (scopesDiffer(scope, draft.scope)) {
    changes.push({ what: 'scope', before: scope, after: draft.scope })
  }
  const masks = setsOf(role.masks, draft.masks)
  if (differ(masks)) changes.push({ what: 'masks', ...masks })
  const actions = setsOf(role.actions, draft.actions)
  if (differ(actions)) changes.push({ what: 'actions', ...actions })
  const { secondFactor } = draft
  if (secondFactor !== role.secondFactor) {
    changes.push({ what: 'secondFactor', before: role.secondFactor, after: secondFactor })
  }
  const after = networksIn(draft.networks)
  const networks = setsOf(role.networks, after)
  if (differ(networks)) changes.push({ what: 'networks', ...networks, after })
  return changes
}

/** What is sent: that which changes and nothing else, so that conditions of built-in roles can be told too. */
export function inputOf(
  role: Role,
  draft: Draft,
  changes: Change[],
  lockOut: boolean,
): UpdateRoleInput {
  const changed = new Set(changes.map((change) => change.what))
  return {
    id: role.id,
    lockOut,
    ...(changed.has('name') && { name: draft.name.trim() }),
    ...(changed.has('actions') && { actions: draft.actions }),
    ...(changed.has('scope') && { scope: scopeInput(draft.scope) }),
    ...(changed.has('masks') && { masks: draft.masks }),
    ...(changed.has('secondFactor') && { secondFactor: draft.secondFactor }),
    ...(changed.has('networks') && { networks: networksIn(draft.networks) }),
  }
}
