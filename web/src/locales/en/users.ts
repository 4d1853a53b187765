import type { Messages } from '..'
import type { users as source } from '../zh-CN/users'

export const users: Messages<typeof source> = {
  title: 'Users',
}
