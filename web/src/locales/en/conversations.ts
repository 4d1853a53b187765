import type { Messages } from '..'
import type { conversations as source } from '../zh-CN/conversations'

export const conversations: Messages<typeof source> = {
  title: 'Conversations',
}
