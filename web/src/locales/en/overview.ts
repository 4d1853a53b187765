import type { Messages } from '..'
import type { overview as source } from '../zh-CN/overview'

export const overview: Messages<typeof source> = {
  title: 'Overview',
}
