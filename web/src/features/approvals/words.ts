// Approvals in words: what is to happen, and the names and values of its particulars.

import { useTranslation } from 'react-i18next'
import type { Action } from '#/api/gen/operations'
import { useListed } from '#/ui/listed'
import { type Approval, nameOf, type Preview } from './preview'

const DETAILS = [
  'abroad',
  'account',
  'actions',
  'active',
  'actor',
  'after',
  'approval_number',
  'before',
  'case',
  'conversations',
  'days',
  'exchange',
  'form',
  'forum',
  'from',
  'hours',
  'items',
  'kind',
  'kinds',
  'login',
  'masks',
  'name',
  'networks',
  'number',
  'owner',
  'place',
  'policy',
  'purpose',
  'query',
  'reason',
  'recipient',
  'roles',
  'scope',
  'scopes',
  'second_factor',
  'selection',
  'staff',
  'until',
  'user',
  'value',
  'withheld',
  'words',
] as const
const ROLES = {
  owner: 'OWNER',
  system_administrator: 'SYSTEM_ADMINISTRATOR',
  security_administrator: 'SECURITY_ADMINISTRATOR',
  auditor: 'AUDITOR',
  department_head: 'DEPARTMENT_HEAD',
  staff: 'STAFF',
  evidence_officer: 'EVIDENCE_OFFICER',
  integration: 'INTEGRATION',
} as const
const RIGHTS: Record<Lowercase<Action>, true> = {
  read_content: true,
  search: true,
  read_directory: true,
  import: true,
  read_imports: true,
  read_ledger: true,
  read_system: true,
  manage_users: true,
  manage_own_account: true,
  manage_own_tokens: true,
  operate: true,
  manage_roles: true,
  manage_cases: true,
  manage_people: true,
  read_audit: true,
  approve: true,
  export_evidence: true,
  reveal: true,
}
const SCOPES = [
  'own_customers',
  'department',
  'department_and_below',
  'everything',
  'named',
] as const
const SELECTIONS = ['case', 'conversation', 'search'] as const
const TOKEN_SCOPES = { read: 'READ', import: 'IMPORT', ledger: 'LEDGER' } as const
const PERSONAL = ['phone', 'email', 'id_number', 'bank_card', 'amount'] as const
const KINDS = [
  'audit_export',
  'owner_change',
  'user_roles',
  'role_change',
  'token_create',
  'sign_in_policy',
  'approval_policy',
  'user_create',
  'user_active',
  'factor_reset',
  'history_rule',
  'reveal',
  'evidence_export',
] as const

function has<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key)
}

/** What is to happen, as a heading. */
export function useHeading(): (approval: Approval) => string {
  const { t } = useTranslation('approvals')
  return ({ preview, kind }) => {
    const detail = (name: string) => preview.details.find((one) => one.name === name)?.value
    const object = preview.object
      ? nameOf(preview, preview.object)
      : (detail('login') ?? detail('name') ?? nameOf(preview, detail('case') ?? ''))
    const what = t(`kind.${kind}`)
    return object ? t('heading', { what, object }) : what
  }
}

/** The name of a particular, and its value with the names of today's ids in it. */
export function useParticular(preview: Preview): {
  name: (name: string) => string
  value: (name: string, value: string) => string
} {
  const { t } = useTranslation(['approvals', 'audit', 'model', 'packages'])
  const listed = useListed()
  const word = (name: string, token: string): string => {
    const named = nameOf(preview, token)
    if ((name === 'roles' || name === 'from') && has(ROLES, named ?? token)) {
      return t(`model:role.${ROLES[(named ?? token) as keyof typeof ROLES]}`)
    }
    if (named) return named
    if (name === 'actions' && has(RIGHTS, token)) return t(`audit:right.${token}`)
    const scope = SCOPES.find((one) => one === token)
    if (name === 'scope' && scope) return t(`approvals:scope.${scope}`)
    if (name === 'scopes' && has(TOKEN_SCOPES, token))
      return t(`model:scope.${TOKEN_SCOPES[token]}`)
    const personal = PERSONAL.find((one) => one === token)
    if (name === 'masks' && personal) {
      return t(`model:personal.${personal.toUpperCase() as Uppercase<typeof personal>}`)
    }
    const selection = SELECTIONS.find((one) => one === token)
    if (name === 'selection' && selection) {
      return t(`packages:selection.${selection.toUpperCase() as Uppercase<typeof selection>}`)
    }
    const kind = KINDS.find((one) => one === token)
    if (name === 'kinds' && kind) {
      return t(`approvals:kind.${kind.toUpperCase() as Uppercase<typeof kind>}`)
    }
    return token
  }
  const LISTS = [
    'roles',
    'from',
    'actions',
    'scope',
    'scopes',
    'kinds',
    'owner',
    'staff',
    'user',
    'masks',
    'networks',
    'actor',
    'case',
    'conversations',
    'selection',
  ]
  return {
    name: (name) => {
      const known = DETAILS.find((one) => one === name)
      return known ? t(`approvals:detail.${known}`) : name
    },
    value: (name, value) => {
      if (value === '') return t('approvals:nothing')
      if (value === 'true' || value === 'false') return t(`audit:value.${value}`)
      if (!LISTS.includes(name)) return value
      return listed(value.split(' ').map((token) => word(name, token)))
    },
  }
}
