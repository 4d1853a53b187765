import type { Messages } from '..'
import type { ledger as source } from '../zh-CN/ledger'

export const ledger: Messages<typeof source> = {
  title: 'Ledger',
}
