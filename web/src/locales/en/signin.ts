import type { Messages } from '..'
import type { signin as source } from '../zh-CN/signin'

export const signin: Messages<typeof source> = {
  title: 'Sign in',
  text: 'The archive of what company and customers wrote to each other.',
  login: 'Login',
  password: 'Password',
  wrong: 'Login or password is wrong.',
  silent:
    'The company’s directory does not answer. Try again later, or use a password of this archive.',
  with: 'Sign in with {{name}}',
  or: 'or',
  'refusal.expired': 'Signing in took too long, or was begun in another browser. Try again.',
  'refusal.unavailable': '{{name}} cannot be reached. Try again later.',
  'refusal.refused': '{{name}} did not let you in.',
  'refusal.not_believed': 'What {{name}} answered could not be verified. Tell your administrator.',
  'refusal.unknown': 'You are not a user of this archive. Ask your administrator.',
  provider: 'The identity provider',
  locked: 'Too many attempts. Try again in {{seconds}} s.',
}
