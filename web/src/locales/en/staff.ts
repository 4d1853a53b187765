import type { Messages } from '..'
import type { staff as source } from '../zh-CN/staff'

export const staff: Messages<typeof source> = {
  title: 'Staff',
}
