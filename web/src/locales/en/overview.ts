import type { Messages } from '..'
import type { overview as source } from '../zh-CN/overview'

export const overview: Messages<typeof source> = {
  title: 'Overview',
  text: 'What the archive holds, how busy it is, how its ledger stands',
  records: 'Records',
  conversations: 'Conversations',
  customers: 'Customers',
  staff: 'Staff',
  newest: 'Newest message',
  perDay: 'Messages a day',
  period: 'Period',
  days: '{{count, number}} days',
  chartSummary: '{{sum}} messages in the last {{days}} days; most on {{busiest}}: {{most}}.',
  chartEmpty: 'No messages in the last {{days}} days.',
  chartLabel: '{{day}}  {{messages}} messages',
  ledger: 'Ledger',
  ledgerMore: 'Checkpoint and verifier key',
  lastImport: 'Last import',
  importsMore: 'All imports',
  file: 'File',
  state: 'State',
  startedAt: 'Begun',
  added: 'Added',
  rejected: 'Rejected',
  read: 'Read',
  empty: 'The archive is empty',
  emptyText:
    'Import an archive of WeCom messages: within seconds it can be searched, and the ledger proves it.',
  emptyWait: 'Once an administrator has imported messages, this page shows what there is.',
  emptyAction: 'Import messages',
}
