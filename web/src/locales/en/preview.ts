import type { Messages } from '..'
import type { preview as source } from '../zh-CN/preview'

export const preview: Messages<typeof source> = {
  title: "Another user's view",
  text: 'What a user would see by their rights, without acting as them. Only what both of you see is shown, and no messages; each preview stands in the audit trail under your name.',
  who: 'Choose a user',
  nobody: 'Choose a user to see what they see',
  banner: 'Preview of what {{name}} sees, read only. You are not signed in as them.',
  suspended: 'This user is suspended and sees nothing now.',
  may: 'May do',
  mayNothing: 'Nothing at all',
  customers: 'Customers they see',
  customersNot: 'They or you may not see customers',
  customersNone: 'There is no customer to see',
  conversations: 'Conversations they see',
  conversationsNot: 'They or you may not read conversations',
  conversationsNone: 'There is no conversation to see',
  name: 'Name',
  company: 'Company',
  conversation: 'Conversation',
  messages: 'Messages',
  last: 'Newest message',
}
