import type { Messages } from '..'
import type { account as source } from '../zh-CN/account'

export const account: Messages<typeof source> = {
  title: 'Account',
}
