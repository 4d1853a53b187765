import type { Messages } from '..'
import type { imports as source } from '../zh-CN/imports'

export const imports: Messages<typeof source> = {
  title: 'Imports',
}
