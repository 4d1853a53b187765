import type { Messages } from '..'
import type { staff as source } from '../zh-CN/staff'

export const staff: Messages<typeof source> = {
  title: 'Staff',
  text: 'The staff of the directory',
  count: '{{count, number}} members of staff',
  count_one: '{{count, number}} member of staff',
  search: 'Name',
  name: 'Name',
  departments: 'Departments',
  position: 'Position',
  channelId: 'WeCom account',
  noMatch: 'No member of staff matches "{{asked}}"',
  empty: 'No staff yet',
  emptyText: 'Choose a directory file with an import, and staff and departments stand here.',
  handOver: 'Hand over',
  facts: 'Facts',
  unlisted: 'Not in the directory; known from messages only',
  noDepartment: 'No department known',
  conversations: 'Conversations',
  noConversations: 'No conversations yet',
}
