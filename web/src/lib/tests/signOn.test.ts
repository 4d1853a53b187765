import { expect, test } from 'vitest'
import { challengeOf, providerHref, takeChallenge, takenChallenge } from '../signOn'

test('the way to the provider says where to come back to', () => {
  expect(providerHref('/search?q=a b')).toBe('/signin/oidc/start?to=%2Fsearch%3Fq%3Da+b')
  expect(providerHref(undefined, true)).toBe('/signin/oidc/start?to=%2F&again=1')
})

test('a challenge is taken from the sign-in page only, out of the address, and once', () => {
  expect(challengeOf(new URL('http://a/setup#token=x'))).toBeNull()
  expect(challengeOf(new URL('http://a/signin#'))).toBeNull()
  window.history.replaceState(null, '', '/signin#secret')
  takeChallenge()
  expect(window.location.hash).toBe('')
  expect([takenChallenge(), takenChallenge()]).toEqual(['secret', null])
})
