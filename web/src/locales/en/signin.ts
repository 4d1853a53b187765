import type { Messages } from '..'
import type { signin as source } from '../zh-CN/signin'

export const signin: Messages<typeof source> = {
  title: 'Sign in',
}
