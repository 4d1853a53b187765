import type { Messages } from '..'
import type { customers as source } from '../zh-CN/customers'

export const customers: Messages<typeof source> = {
  title: 'Customers',
  text: 'Customers that the directory or a message names',
  count: '{{count, number}} customers',
  count_one: '{{count, number}} customer',
  search: 'Name or remark',
  name: 'Name',
  followers: 'Looked after by',
  tags: 'Tags',
  lastContact: 'Last contact',
  noMatch: 'No customer matches "{{asked}}"',
  noMatchText: 'Try a part of the name, a remark, or the whole channel id.',
  empty: 'No customers yet',
  emptyText:
    'Customers appear here once messages are imported; with a directory they have names and people who look after them.',
  facts: 'Facts',
  unlisted: 'Not in the directory; known from messages only',
  company: 'Company',
  position: 'Position',
  identity: 'channel id',
  follower: 'Looked after by',
  unknownStaff: 'Unknown staff',
  since: 'since',
  remark: 'Remark: ',
  noContact: 'No messages yet',
  conversations: 'Conversations',
  noConversations: 'No conversations yet',
}
