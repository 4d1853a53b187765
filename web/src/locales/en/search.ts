import type { Messages } from '..'
import type { search as source } from '../zh-CN/search'

export const search: Messages<typeof source> = {
  title: 'Search',
}
