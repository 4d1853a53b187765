// Acts of a leaver as words; what has no word here is shown by its name in the ledger.
import { useTranslation } from 'react-i18next'
import type { AuditAction } from '#/api/gen/operations'

const ACTS = [
  'ACCESS_DENY',
  'AUDIT_EXPORT',
  'AUDIT_READ',
  'CONVERSATION_LIST',
  'CONVERSATION_READ',
  'CUSTOMER_CHANGE_OWNER',
  'CUSTOMER_READ',
  'IDENTITY_CONFIRM',
  'IMPORT_BEGIN',
  'MESSAGE_DOWNLOAD',
  'MESSAGE_FILE',
  'MESSAGE_PROVE',
  'MESSAGE_READ',
  'PASSWORD_CHANGE',
  'SEARCH_RUN',
  'SESSION_END',
  'SESSION_START',
  'TOKEN_CREATE',
  'TOKEN_REVOKE',
] as const satisfies AuditAction[]

export function useActName(): (act: { action: AuditAction; actionName: string }) => string {
  const { t } = useTranslation('handovers')
  return ({ action, actionName }) => {
    const known = ACTS.find((one) => one === action)
    return known ? t(`act.${known}`) : actionName
  }
}
