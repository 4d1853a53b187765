import type { Messages } from '..'
import type { common as source } from '../zh-CN/common'

export const common: Messages<typeof source> = {
  xinju: 'Xinju',
  loading: 'Loading',
  retry: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Could not copy. Select the text and copy it by hand',
  download: 'Download',
  more: 'Load more',
  all: 'All',
  none: 'None',
  no: 'No',
  back: 'Back',
  typeName: 'Type a name to find',
  nothingFound: 'Nothing matches',
  whoLooked: 'Who looked',
  unknown: 'Unknown',
  total: '{{count, number}} in all',
  messages: '{{count, number}} messages',
  messages_one: '{{count, number}} message',
  'error.title': 'Could not load',
  'error.UNAUTHENTICATED': 'Your session has ended. Please sign in again.',
  'error.FORBIDDEN': 'You may not do this. Ask an administrator if you need to.',
  'error.NOT_FOUND': 'There is no such thing, or it is not yours to see.',
  'error.BAD_INPUT': 'The server does not accept this input: {{message}}',
  'error.CONFLICT': 'This has just been changed elsewhere. Reload and try again.',
  'error.HELD': 'This is under a hold and cannot be changed.',
  'error.APPROVAL_REQUIRED': "This needs a second person's approval.",
  'error.CONFIRM_REQUIRED': 'Nothing was done: you did not confirm that it is you.',
  'error.ENROLMENT_REQUIRED': 'Turn two-step verification on first.',
  'error.NETWORK_REFUSED':
    'Your roles may not be used from this network. Use one that the company allows.',
  'error.LIMIT': 'A limit was exceeded: {{message}}',
  'error.INTERNAL':
    'The server failed. Try again shortly; if it stays, see System health and the server log.',
  'error.NETWORK': 'The server cannot be reached. Check the network, or whether xinju is running.',
  'error.PROTOCOL':
    'The answer could not be read ({{message}}). Check that this is the address of xinju itself.',
  'error.crash': 'This page failed',
  'error.crashText':
    'The fault lies in the console; the archive is not affected. Reloading usually helps.',
  'error.reload': 'Reload the page',
}
