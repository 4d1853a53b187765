// Passkeys in the browser: what the server asks goes to the device, and what the device answers goes back, both as JSON.

/** Whether pages of this address may use the passkeys of an archive. */
export function passkeysWork(domain: string | null | undefined): boolean {
  if (!domain || !window.isSecureContext || !('PublicKeyCredential' in window)) return false
  const host = window.location.hostname
  return host === domain || host.endsWith(`.${domain}`)
}

/** The person turned the device's question away, or it took too long: nothing to make a noise about. */
export class NoPasskey extends Error {}

function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (c) => c.charCodeAt(0)).buffer
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

type Described = { id: string; type: 'public-key' }

const described = (all: Described[] | undefined) =>
  (all ?? []).map(({ id, type }) => ({ id: bytes(id), type }))

async function ask(asking: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await asking
    if (credential instanceof PublicKeyCredential) return credential
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause
  }
  throw new NoPasskey()
}

/** Makes a passkey; `options` are the server's. */
export async function makePasskey(options: string): Promise<string> {
  const asked = JSON.parse(options)
  const credential = await ask(
    navigator.credentials.create({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        user: { ...asked.user, id: bytes(asked.user.id) },
        excludeCredentials: described(asked.excludeCredentials),
      },
    }),
  )
  const response = credential.response as AuthenticatorAttestationResponse
  return answer(credential, {
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  })
}

/** Signs with a passkey; `options` are the server's. */
export async function signWithPasskey(options: string): Promise<string> {
  const asked = JSON.parse(options)
  const credential = await ask(
    navigator.credentials.get({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        allowCredentials: described(asked.allowCredentials),
      },
    }),
  )
  const response = credential.response as AuthenticatorAssertionResponse
  return answer(credential, {
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle && text(response.userHandle),
  })
}

function answer(credential: PublicKeyCredential, response: Record<string, unknown>): string {
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  })
}
