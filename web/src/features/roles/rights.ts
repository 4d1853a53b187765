// What roles may give, by what people look for, and the powers that a company keeps in different hands.
import type { Action } from '#/api/gen/operations'

export const RIGHTS = {
  content: ['READ_CONTENT', 'SEARCH', 'READ_DIRECTORY', 'REVEAL'],
  evidence: ['READ_LEDGER', 'IMPORT', 'READ_IMPORTS', 'MANAGE_CASES', 'EXPORT_EVIDENCE'],
  system: ['READ_SYSTEM', 'MANAGE_USERS', 'OPERATE'],
  security: ['MANAGE_ROLES', 'MANAGE_PEOPLE', 'APPROVE'],
  audit: ['READ_AUDIT'],
  own: ['MANAGE_OWN_ACCOUNT', 'MANAGE_OWN_TOKENS'],
} as const satisfies Record<string, Action[]>

export type RightGroup = keyof typeof RIGHTS

export const RIGHT_GROUPS = Object.keys(RIGHTS) as RightGroup[]

export type Power = 'system' | 'security' | 'audit'

const POWERS: Partial<Record<Action, Power>> = {
  MANAGE_USERS: 'system',
  OPERATE: 'system',
  MANAGE_ROLES: 'security',
  MANAGE_PEOPLE: 'security',
  READ_AUDIT: 'audit',
}

/** The powers among some rights, as the server counts them: one role gives one at most. */
export function powersOf(actions: readonly Action[]): Power[] {
  const found = new Set(actions.flatMap((action) => POWERS[action] ?? []))
  return (['system', 'security', 'audit'] as const).filter((power) => found.has(power))
}

export function powerOf(action: Action): Power | undefined {
  return POWERS[action]
}

/** Managing one's own account belongs to every role. */
export const ALWAYS: Action = 'MANAGE_OWN_ACCOUNT'
