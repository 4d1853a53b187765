// The secret of the one-time set-up link: taken out of the address at once, kept in memory only.
let token: string | null = null

/** The secret of a set-up address (`/setup?token=...` or `/setup#token=...`). */
export function tokenOf(address: URL): string | null {
  if (address.pathname !== '/setup') return null
  return (
    address.searchParams.get('token') ?? new URLSearchParams(address.hash.slice(1)).get('token')
  )
}

/** Runs before anything else, so that neither history nor a referrer ever shows the secret. */
export function takeSetupToken(): void {
  token = tokenOf(new URL(window.location.href))
  if (token !== null) window.history.replaceState(null, '', '/setup')
}

export function setupToken(): string | null {
  return token
}
