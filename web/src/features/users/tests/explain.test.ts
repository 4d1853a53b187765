import { expect, test } from 'vitest'
import { idIn, targetOf } from '../explain'

test('an address of the console names what it shows', () => {
  expect(idIn(' https://archive.example/messages/m12 ')).toBe('m12')
  expect(idIn('/conversations/cAbC?message=m3')).toBe('cAbC')
  expect(idIn('m12')).toBe('m12')
})

test('nothing is asked before something is named', () => {
  expect(targetOf('customer', '', 'm1')).toBeNull()
  expect(targetOf('message', 'k1', '  ')).toBeNull()
  expect(targetOf('customer', 'k1', '')).toEqual({ customer: 'k1' })
  expect(targetOf('conversation', 'c1', 'm1')).toEqual({ conversation: 'c1' })
  expect(targetOf('message', '', 'https://x/conversations/c1?message=m3&at=1')).toEqual({
    message: 'm3',
  })
  expect(targetOf('message', '', '/messages/m4')).toEqual({ message: 'm4' })
})
