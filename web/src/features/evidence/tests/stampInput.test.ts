import { expect, test } from 'vitest'
import { fieldsOf, inputOf } from '../stampInput'

const NOBODY = { authorities: [], witness: null, webhook: null, proxy: '', intervalMinutes: 60 }
const TSA = { name: 'TSA', url: 'http://tsa.example', root: '', policy: '' }

test('nobody stays nobody, and whoever is set comes back as they were', () => {
  expect(inputOf(fieldsOf(NOBODY))).toEqual(NOBODY)
  const all = {
    authorities: [TSA],
    witness: { url: 'https://w.example', key: 'w+1+x' },
    webhook: 'https://h.example',
    proxy: 'http://p:3128',
    intervalMinutes: 30,
  }
  expect(inputOf(fieldsOf(all))).toEqual({
    ...all,
    webhook: { url: 'https://h.example', secret: null },
  })
})

test('emptied fields take somebody out, half-filled ones are sent to be refused', () => {
  const fields = fieldsOf({ ...NOBODY, authorities: [TSA, { ...TSA, name: 'B' }] })
  fields.authorities[0] = { name: '', url: ' ', root: '', policy: '' }
  expect(inputOf(fields).authorities.map((one) => one.name)).toEqual(['B'])
  expect(inputOf({ ...fields, witnessKey: 'w+1+x' }).witness).toEqual({ url: '', key: 'w+1+x' })
  expect(inputOf({ ...fields, webhookUrl: 'https://h', secret: 'x' }).webhook?.secret).toBe('x')
})
