import type { Messages } from '..'
import type { signin as source } from '../zh-CN/signin'

export const signin: Messages<typeof source> = {
  title: 'Sign in',
  text: 'The archive of what company and customers wrote to each other.',
  login: 'Login',
  password: 'Password',
  wrong: 'Login or password is wrong.',
  locked: 'Too many attempts. Try again in {{seconds}} s.',
}
