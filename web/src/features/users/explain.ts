// What access is explained to, from what was chosen or pasted.

export type TargetKind = 'customer' | 'conversation' | 'message'
export type Target = { conversation?: string; customer?: string; message?: string }

/** The id in an address of this console, or what was typed itself. */
export function idIn(text: string): string {
  const typed = text.trim()
  const own = /\/(?:messages|conversations|customers)\/([^/?#\s]+)/.exec(typed)
  return own?.[1] ?? typed
}

/** The question to ask the server; none while nothing is named. A link to a message in its conversation names the message. */
export function targetOf(kind: TargetKind, chosen: string, typed: string): Target | null {
  if (kind === 'message') {
    const inside = /[?&]message=([^&#\s]+)/.exec(typed)?.[1]
    const message = inside ? decodeURIComponent(inside) : idIn(typed)
    return message === '' ? null : { message }
  }
  return chosen === '' ? null : { [kind]: chosen }
}
