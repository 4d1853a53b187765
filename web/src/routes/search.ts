// What several routes read from their address.

/** A word to look for in a list. */
export function nameSearch(search: Record<string, unknown>): { q?: string | undefined } {
  return { q: search.q === undefined || search.q === '' ? undefined : String(search.q) }
}
