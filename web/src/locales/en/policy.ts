import type { Messages } from '..'
import type { policy as source } from '../zh-CN/policy'

export const policy: Messages<typeof source> = {
  title: 'Sign-in and approval policy',
  text: 'For everybody who signs in. Every change is an entry of the ledger.',
  signIn: 'Sign-in',
  factor: 'Two-step verification is demanded of',
  'factor.NOBODY': 'Nobody',
  'factor.ADMINISTRATORS': 'Administrators',
  'factor.EVERYBODY': 'Everybody',
  factorHint: 'Who has not turned it on can do nothing else after signing in.',
  idle: 'Minutes without activity until a session ends',
  age: 'Hours until a session ends whatever happens',
  chars: 'Characters of a password, at least',
  bounds: '{{min}} to {{max}}',
  save: 'Save',
  saved: 'The sign-in policy was saved',
}
