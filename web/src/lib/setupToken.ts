// The secret of a one-time link, of set-up or of an invitation: taken out of the address at once, kept in memory only.
let token: string | null = null

const PLACES = ['/setup', '/invitation']

/** The secret of such an address: `/setup?token=...`, `/setup#token=...`, and the same of `/invitation`. */
export function tokenOf(address: URL): string | null {
  if (!PLACES.includes(address.pathname)) return null
  return (
    address.searchParams.get('token') ?? new URLSearchParams(address.hash.slice(1)).get('token')
  )
}

/** Runs before anything else, so that neither history nor a referrer ever shows the secret. */
export function takeSetupToken(): void {
  const address = new URL(window.location.href)
  token = tokenOf(address)
  if (token !== null) window.history.replaceState(null, '', address.pathname)
}

export function setupToken(): string | null {
  return token
}
