import type { Messages } from '..'
import type { setup as source } from '../zh-CN/setup'

export const setup: Messages<typeof source> = {
  title: 'First set-up',
  text: 'Makes the first administrators of this new archive.',
  hands: 'Who administers',
  'hands.one': 'One owner',
  'hands.three': 'Three, divided',
  'hands.oneHint':
    'One person holds all rights, as fits a small company. They can be divided later.',
  'hands.threeHint':
    'The system administrator, the security administrator and the auditor hold one power each and watch each other; nobody holds all rights. The other two get a one-time link each and choose their own passwords.',
  'you.system': 'You: system administrator',
  'other.security': 'Security administrator',
  'other.auditor': 'Auditor',
  invited: 'Hand over the two links',
  invitedText:
    'Give each to the person it is for. A link is good once, for seven days, and is shown only here and now. When it has run out, invite the person again under Users.',
  linkOf: 'Link of {{name}} ({{login}})',
  proceed: 'Handed over; go to the console',
  invitation: 'Choose your password',
  invitationText:
    'You were made an administrator. Choose a password and sign in; nobody else knows it.',
  invitationNoToken:
    'Open this page by the whole link that you were given; after a reload open it again.',
  invitationInvalid: 'The link is wrong, was used, or has run out.',
  invitationSubmit: 'Set password and sign in',
  noToken:
    'Open this page by the one-time link that the server printed when it first started. The link stands only there; after a reload open it again.',
  done: 'The set-up was completed long ago; this link is no longer valid.',
  signIn: 'Go to sign in',
  name: 'Name',
  login: 'Login',
  loginHint: 'Letters, digits and . _ -; you will sign in with it',
  password: 'Password',
  passwordHint: 'At least {{min}} characters; an unusual sentence is easy to keep and safe',
  again: 'Password again',
  differs: 'The two differ',
  submit: 'Complete set-up and sign in',
  'refusal.LINK_INVALID': "The link is not valid. Copy all of it from the server's first output.",
  'refusal.ALREADY_DONE': 'The set-up is already done. Please sign in.',
  'refusal.LOGIN_INVALID': 'A login consists of letters, digits and . _ -',
  'refusal.OTHERS_INVALID':
    'The three logins must differ, and consist of letters, digits and . _ -',
  'refusal.PASSWORD_TOO_SHORT': 'Too short: at least {{min}} characters',
  'refusal.PASSWORD_TOO_LONG': 'Too long: at most {{max}} characters',
  'refusal.PASSWORD_COMMON':
    'Among the most common passwords: choose several words that do not belong together',
  'refusal.PASSWORD_PERSONAL': 'Little more than the login or the name: choose something else',
  'refusal.PASSWORD_GUESSABLE':
    'Too easy to guess (a pattern, a date, a row of keys): choose several words that do not belong together',
}
