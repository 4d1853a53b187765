// Links by which administrators who were made at set-up choose their passwords.

/** The secret stands behind the `#`, which browsers send to nobody. */
export function invitationAddress(token: string): string {
  return `${window.location.origin}/invitation#token=${token}`
}
