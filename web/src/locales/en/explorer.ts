import type { Messages } from '..'
import type { explorer as source } from '../zh-CN/explorer'

export const explorer: Messages<typeof source> = {
  title: 'API explorer',
}
