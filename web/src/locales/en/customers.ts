import type { Messages } from '..'
import type { customers as source } from '../zh-CN/customers'

export const customers: Messages<typeof source> = {
  title: 'Customers',
}
