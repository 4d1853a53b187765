import { expect, test } from 'vitest'
import { toBase64 } from '../base64'

test('bytes are written as every reader of base64 reads them', () => {
  expect(toBase64(new Uint8Array([]))).toBe('')
  expect(toBase64(new Uint8Array([0x30, 0x82, 0xff, 0x00]))).toBe('MIL/AA==')
  const large = new Uint8Array(200_000).fill(0xab)
  expect(atob(toBase64(large)).length).toBe(large.length)
})
