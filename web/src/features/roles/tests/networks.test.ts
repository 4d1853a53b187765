import { expect, test } from 'vitest'
import { leftOut } from '../Conditions'
import { isNetwork, isWithin, networksIn } from '../networks'

test('networks are separated by whatever people put between them', () => {
  expect(networksIn(' 10.0.0.0/8，192.0.2.7\n2001:db8::/32; ')).toEqual([
    '10.0.0.0/8',
    '192.0.2.7',
    '2001:db8::/32',
  ])
  expect(networksIn(' \n')).toEqual([])
})

test.each(['10.0.0.0/8', '10.1.2.3/8', '192.0.2.7', '0.0.0.0/0', '::', '2001:db8::/32', '::1'])(
  '%s is a network',
  (text) => expect(isNetwork(text)).toBe(true),
)

test.each([
  '',
  '10.0.0',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  '010.0.0.1',
  '256.0.0.1',
  'example.com',
  'fe80::1%eth0',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7::8',
  '12345::',
  '::1/129',
  '::1.2.3',
])('%s is none', (text) => expect(isNetwork(text)).toBe(false))

test('a network holds what the server says it holds', () => {
  const networks = ['10.1.2.3/8', '2001:db8::/32', '192.0.2.7', '::ffff:172.16.0.0/108']
  for (const inside of ['10.255.0.1', '::ffff:10.255.0.1', '192.0.2.7', '2001:db8:1::5']) {
    expect(isWithin(networks, inside), inside).toBe(true)
  }
  expect(isWithin(networks, '172.31.0.1')).toBe(true)
  for (const outside of ['11.0.0.1', '::ffff:11.0.0.1', '192.0.2.8', '2001:db9::1', 'local', '']) {
    expect(isWithin(networks, outside), outside).toBe(false)
  }
  expect(isWithin(['0.0.0.0/0'], '203.0.113.9')).toBe(true)
  expect(isWithin(['0.0.0.0/0'], '2001:db8::1')).toBe(false)
})

test('only whole networks leave an address out', () => {
  expect(leftOut('10.0.0.0/8', '192.0.2.7')).toBe('192.0.2.7')
  expect(leftOut('10.0.0.0/8', '10.0.0.7')).toBeNull()
  expect(leftOut('', '192.0.2.7')).toBeNull()
  expect(leftOut('10.0.0.', '192.0.2.7')).toBeNull()
  expect(leftOut('10.0.0.0/8', null)).toBeNull()
})
