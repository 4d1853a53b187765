import type { Messages } from '..'
import type { users as source } from '../zh-CN/users'

export const users: Messages<typeof source> = {
  title: 'Users',
  action: 'Action',
  text: "Who may sign in. Suspending a user ends the user's sessions and tokens at once.",
  new: 'New user',
  empty: 'No users',
  name: 'Name',
  login: 'Login',
  role: 'Role',
  state: 'State',
  active: 'May sign in',
  suspended: 'Suspended',
  signedInAt: 'Last sign-in',
  never: 'Never',
  you: 'Yourself',
  suspend: 'Suspend',
  readmit: 'Let in again',
  suspendTitle: 'Suspend {{name}}?',
  suspendText:
    'Sessions and API tokens of this user end at once. The user can be let in again, but tokens have to be made anew.',
  password: 'First password',
  passwordHint: 'At least {{min}} characters; the user should change it after signing in',
  'role.OWNER': 'Everything, for a small company with one administrator',
  'role.SYSTEM_ADMINISTRATOR':
    'Manages the system, users and imports; sees no message and no customer',
  'role.SECURITY_ADMINISTRATOR':
    'Reads and searches everything, manages roles, departments and staff',
  'role.AUDITOR': 'Reads the audit trail and the ledger; changes nothing, sees no message',
  'role.DEPARTMENT_HEAD':
    'Reads and searches messages of the department’s customers and those below',
  'role.STAFF': 'Reads and searches messages of the own customers',
  'role.EVIDENCE_OFFICER': 'Reads everything and the ledger, imports messages',
  'role.INTEGRATION': 'Reads everything, for programs',
  create: 'Create',
  made: '{{name}} was created',
  factor: 'Two-step',
  'factor.on': 'On',
  'factor.off': 'Off',
  reset: 'Reset two-step',
  resetTitle: 'Reset the two-step verification of {{name}}?',
  resetText:
    'For when both phone and recovery codes are lost. Sessions of this user end at once; the password alone signs in until it is turned on again.',
  resetDone: 'The two-step verification of {{name}} was reset',
  'refusal.NOT_ENROLLED': 'This user has no two-step verification.',
  'refusal.DEMANDED': 'The sign-in policy demands two-step verification.',
  'refusal.LOGIN_TAKEN': 'This login is taken',
  'refusal.LOGIN_INVALID': 'A login consists of letters, digits and . _ -',
  'refusal.NAME_INVALID': 'Give a name',
  'refusal.PASSWORD_TOO_SHORT': 'Too short: at least {{min}} characters',
  'refusal.PASSWORD_TOO_LONG': 'Too long: at most {{max}} characters',
  'refusal.PASSWORD_COMMON':
    'Among the most common passwords: choose several words that do not belong together',
  'refusal.PASSWORD_PERSONAL': 'Little more than the login or the name: choose something else',
  'refusal.PASSWORD_GUESSABLE':
    'Too easy to guess (a pattern, a date, a row of keys): choose several words that do not belong together',
  'refusal.ROLES_INVALID': 'Choose one to eight roles',
  'refusal.POWERS_TOGETHER': 'The powers of these roles belong into different hands',
  'refusal.NOT_YOURS_TO_GIVE':
    'You may give the role of staff only; those who manage roles give the others',
  'refusal.STAFF_UNKNOWN': 'There is no such member of staff',
  'refusal.LAST_ADMINISTRATOR': 'This is the last one who may manage users.',
  'refusal.YOURSELF': 'You cannot suspend yourself.',
}
