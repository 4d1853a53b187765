import type { Messages } from '..'
import type { system as source } from '../zh-CN/system'

export const system: Messages<typeof source> = {
  title: 'System health',
}
