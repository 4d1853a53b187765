// Events in words: who, what, and the names of particulars. What this console does not know is shown as it stands.

import { useTranslation } from 'react-i18next'
import { formatTime } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { useListed } from '#/ui/listed'
import { detail, type Event, messageCount, objectName } from './event'

const KINDS = ['operator', 'system', 'stranger'] as const
const RIGHTS = [
  'read_content',
  'search',
  'read_directory',
  'import',
  'read_imports',
  'read_ledger',
  'read_system',
  'manage_cases',
  'manage_people',
  'manage_roles',
  'manage_users',
  'manage_own_account',
  'manage_own_tokens',
  'operate',
  'read_audit',
  'reveal',
  'approve',
  'export_evidence',
  'sign_in',
  'several',
] as const
const PAGES = [
  'audit',
  'case',
  'conversation',
  'conversations',
  'customer',
  'customers',
  'message',
  'preview',
  'search',
] as const
/** A moment as events have it. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const PERSONAL = ['phone', 'email', 'id_number', 'bank_card', 'amount'] as const
const SCOPES = [
  'own_customers',
  'department',
  'department_and_below',
  'everything',
  'named',
] as const
const DETAILS = [
  'bytes',
  'in_charge',
  'item',
  'link',
  'sha256',
  'sm3',
  'standing',
  'title',
  'abroad',
  'account',
  'action',
  'actions',
  'active',
  'actor',
  'added',
  'after',
  'again',
  'approval',
  'approval_number',
  'approver',
  'as',
  'before',
  'by',
  'case',
  'certificate',
  'clause',
  'code',
  'count',
  'customers_count',
  'customers_left_out',
  'days',
  'departments',
  'digest',
  'entries',
  'events',
  'exchange',
  'expires_at',
  'file',
  'form',
  'form_sha256',
  'forum',
  'from',
  'head',
  'hours',
  'issuer',
  'items',
  'kind',
  'kinds',
  'known',
  'last',
  'left',
  'lines',
  'login',
  'manifest',
  'masks',
  'master',
  'media',
  'name',
  'networks',
  'networks_opened',
  'not_stamped_by',
  'number',
  'ok',
  'operation',
  'owner',
  'page',
  'parent',
  'part',
  'passkey',
  'plan_sha256',
  'policy',
  'position',
  'problems',
  'purpose',
  'query',
  'read',
  'reason',
  'recipient',
  'records',
  'rejected',
  'replaced',
  'requester',
  'review_days',
  'review_sha256',
  'role',
  'roles',
  'rules',
  'scope',
  'scopes',
  'second_factor',
  'selection',
  'self_signed',
  'sessions',
  'sha256',
  'sign_on',
  'since',
  'sm2',
  'staff',
  'stamps',
  'state',
  'stated',
  'subject',
  'target',
  'to',
  'tokens',
  'total',
  'until',
  'url',
  'users',
  'valid_until',
  'value',
  'verifier_key',
  'version',
  'way',
  'withheld',
  'words',
] as const
/** Built-in roles as events name them; the first two are names of earlier versions. */
const ROLES = {
  administrator: 'OWNER',
  compliance: 'SECURITY_ADMINISTRATOR',
  owner: 'OWNER',
  system_administrator: 'SYSTEM_ADMINISTRATOR',
  security_administrator: 'SECURITY_ADMINISTRATOR',
  auditor: 'AUDITOR',
  department_head: 'DEPARTMENT_HEAD',
  staff: 'STAFF',
  evidence_officer: 'EVIDENCE_OFFICER',
  integration: 'INTEGRATION',
} as const

function known<T extends string>(list: readonly T[], text: string): T | undefined {
  return list.find((one) => one === text)
}

/** Who acted: by name; tokens, the operator and the product itself say what they are. */
export function useActor(): (event: Event) => string {
  const { t } = useTranslation('audit')
  return ({ actor }) => {
    if (actor.kind === 'token') return t('actorToken', { name: actor.name ?? '' })
    const kind = known(KINDS, actor.kind)
    return kind ? t(`kind.${kind}`) : (actor.name ?? actor.kind)
  }
}

/** What was done, as a sentence without its subject. */
export function useSentence(): (event: Event) => string {
  const { t } = useTranslation('audit')
  return (event) => {
    const denied = detail(event, 'action') ?? ''
    const right = known(RIGHTS, denied)
    return t(`act.${event.action}`, {
      action: event.actionName,
      count: messageCount(event),
      name: objectName(event),
      query: detail(event, 'query') ?? detail(event, 'words') ?? '',
      right: right ? t(`right.${right}`) : denied,
      times: Number(detail(event, 'count') ?? 1),
    })
  }
}

/** Names and values of particulars. */
export function useDetail(): {
  name: (name: string) => string
  value: (name: string, value: string) => string
} {
  const { t } = useTranslation(['audit', 'model', 'approvals'])
  const listed = useListed()
  const { language } = usePreferences()
  const right = (word: string) => {
    const found = known(RIGHTS, word)
    return found ? t(`audit:right.${found}`) : word
  }
  const personal = (word: string) => {
    const found = known(PERSONAL, word)
    return found ? t(`model:personal.${found.toUpperCase() as Uppercase<typeof found>}`) : word
  }
  /** The kind in words; whom a named list names stays as ids, which the approval that went before has by name. */
  const scope = (value: string) => {
    const [kind = '', ...named] = value.split(' ')
    const found = known(SCOPES, kind)
    return [found ? t(`approvals:scope.${found}`) : kind, ...named].join(' ')
  }
  return {
    name: (name) => {
      const found = known(DETAILS, name)
      return found ? t(`audit:detail.${found}`) : name
    },
    value: (name, value) => {
      if (name === 'role' || name === 'roles') {
        const role = (word: string) =>
          Object.hasOwn(ROLES, word) ? t(`model:role.${ROLES[word as keyof typeof ROLES]}`) : word
        return listed(value.split(' ').map(role))
      }
      if (name === 'action' || name === 'actions') {
        return listed(value.split(' ').map(right))
      }
      if (name === 'masks' && value !== '') return listed(value.split(' ').map(personal))
      if (name === 'scope') return scope(value)
      if (name === 'page') {
        const page = known(PAGES, value)
        if (page) return t(`audit:page.${page}`)
      }
      if (value === 'true' || value === 'false') return t(`audit:value.${value}`)
      if (MOMENT.test(value)) return formatTime(value, 'minute', language)
      return value
    },
  }
}
