// Acts by what people look for. A group is a filter; every act that this console knows stands in one.
import type { AuditAction } from '#/api/gen/operations'

export const GROUPS = {
  looks: [
    'MESSAGE_READ',
    'MESSAGE_DOWNLOAD',
    'MESSAGE_PROVE',
    'CONVERSATION_READ',
    'CONVERSATION_LIST',
    'SEARCH_RUN',
    'CUSTOMER_READ',
  ],
  exports: ['AUDIT_EXPORT', 'IMPORT_READ_REJECTS', 'MESSAGE_DOWNLOAD'],
  access: [
    'SESSION_START',
    'SESSION_REFUSE',
    'SESSION_END',
    'SESSION_END_OTHERS',
    'PASSWORD_CHANGE',
    'PASSWORD_REFUSE',
    'SETUP_REFUSE',
    'FACTOR_ENROL',
    'FACTOR_REFUSE',
    'FACTOR_RECOVERY_CODES',
    'FACTOR_RECOVERY_USED',
    'FACTOR_REMOVE',
    'IDENTITY_CONFIRM',
    'IDENTITY_REFUSE',
  ],
  denied: [
    'ACCESS_DENY',
    'SESSION_REFUSE',
    'PASSWORD_REFUSE',
    'SETUP_REFUSE',
    'FACTOR_REFUSE',
    'IDENTITY_REFUSE',
  ],
  users: [
    'USER_CREATE',
    'USER_SUSPEND',
    'USER_RESUME',
    'PASSWORD_RESET',
    'FACTOR_RESET',
    'POLICY_CHANGE',
    'TOKEN_CREATE',
    'TOKEN_REVOKE',
    'SETUP_LINK',
  ],
  imports: ['IMPORT_BEGIN', 'IMPORT_END', 'DIRECTORY_IMPORT'],
  archive: [
    'ARCHIVE_CREATE',
    'ARCHIVE_VERIFY',
    'ARCHIVE_VERIFIED',
    'ARCHIVE_REBUILD',
    'ARCHIVE_REBUILT',
    'ARCHIVE_ALIVE',
    'LEDGER_SIGN',
    'KEY_ROTATE',
    'KEY_ROTATED',
  ],
  audit: ['AUDIT_READ', 'AUDIT_EXPORT', 'AUDIT_PROVE'],
} as const satisfies Record<string, AuditAction[]>

export type Group = keyof typeof GROUPS

export const GROUP_NAMES = Object.keys(GROUPS) as Group[]
