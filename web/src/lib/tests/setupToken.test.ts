import { afterEach, expect, test } from 'vitest'
import { setupToken, takeSetupToken, tokenOf } from '../setupToken'

afterEach(() => window.history.replaceState(null, '', '/'))

test('the secret is taken from the query or the fragment of the two addresses only', () => {
  expect(tokenOf(new URL('http://a/setup?token=s'))).toBe('s')
  expect(tokenOf(new URL('http://a/setup#token=s'))).toBe('s')
  expect(tokenOf(new URL('http://a/invitation#token=s'))).toBe('s')
  expect(tokenOf(new URL('http://a/search?token=s'))).toBeNull()
  expect(tokenOf(new URL('http://a/setup'))).toBeNull()
})

test('the address loses the secret at once', () => {
  window.history.replaceState(null, '', '/setup?token=very-secret')
  takeSetupToken()
  expect(window.location.href).not.toContain('very-secret')
  expect(setupToken()).toBe('very-secret')
})

test('an invitation stays at its own address', () => {
  window.history.replaceState(null, '', '/invitation#token=of-the-invitation')
  takeSetupToken()
  expect([window.location.pathname, window.location.hash]).toEqual(['/invitation', ''])
  expect(setupToken()).toBe('of-the-invitation')
})
