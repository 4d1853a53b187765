import { afterEach, expect, test } from 'vitest'
import { setupToken, takeSetupToken, tokenOf } from '../setupToken'

afterEach(() => window.history.replaceState(null, '', '/'))

test('the secret is taken from the query or the fragment of the set-up address only', () => {
  expect(tokenOf(new URL('http://a/setup?token=s'))).toBe('s')
  expect(tokenOf(new URL('http://a/setup#token=s'))).toBe('s')
  expect(tokenOf(new URL('http://a/search?token=s'))).toBeNull()
  expect(tokenOf(new URL('http://a/setup'))).toBeNull()
})

test('the address loses the secret at once', () => {
  window.history.replaceState(null, '', '/setup?token=very-secret')
  takeSetupToken()
  expect(window.location.href).not.toContain('very-secret')
  expect(setupToken()).toBe('very-secret')
})
