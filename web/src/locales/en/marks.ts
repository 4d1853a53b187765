import type { Messages } from '..'
import type { marks as source } from '../zh-CN/marks'

export const marks: Messages<typeof source> = {
  title: 'Watermark',
  text: 'Pages that show content carry, faintly, the name of who looks, the time and a code. By the code the audit page finds who opened it. Every change is an entry of the ledger.',
  pages: 'Pages carry a watermark',
  hint: 'Exported files always say who exported them, when, and the code; this does not change it.',
  turnedOn: 'Pages carry a watermark now',
  turnedOff: 'Pages carry no watermark now',
}
