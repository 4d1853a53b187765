// Signing in with the identity provider: where it begins, and what it leaves in the address when a second step is needed.
let challenge: string | null = null

/** Where the browser goes to sign in; `again` where the person has to give proof anew. */
export function providerHref(to: string | undefined, again = false): string {
  const query = new URLSearchParams({ to: to ?? '/', ...(again ? { again: '1' } : {}) })
  return `/signin/oidc/start?${query}`
}

/** The challenge of an address (`/signin#...`). */
export function challengeOf(address: URL): string | null {
  return address.pathname === '/signin' && address.hash.length > 1 ? address.hash.slice(1) : null
}

/** Runs before anything else, so that history never shows it. */
export function takeChallenge(): void {
  challenge = challengeOf(new URL(window.location.href))
  if (challenge !== null) window.history.replaceState(null, '', '/signin')
}

/** The challenge that was taken, once. */
export function takenChallenge(): string | null {
  const taken = challenge
  challenge = null
  return taken
}
