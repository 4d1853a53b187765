import type { Messages } from '..'
import type { message as source } from '../zh-CN/message'

export const message: Messages<typeof source> = {
  title: 'Message',
}
