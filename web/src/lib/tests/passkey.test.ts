import { afterEach, expect, test, vi } from 'vitest'
import { makePasskey, NoPasskey, passkeysWork, signWithPasskey } from '../passkey'

const bytes = (...all: number[]) => new Uint8Array(all).buffer

class FakeCredential {
  id = '_-8'
  rawId = bytes(255, 239)
  type = 'public-key'
  authenticatorAttachment = 'platform'
  response: object
  constructor(response: object) {
    this.response = { clientDataJSON: bytes(1), ...response }
  }
  getClientExtensionResults() {
    return {}
  }
}

function device(answer: () => Promise<unknown>) {
  const asked = vi.fn((_: { publicKey: { challenge: ArrayBuffer } }) => answer())
  vi.stubGlobal('PublicKeyCredential', FakeCredential)
  vi.stubGlobal('navigator', { credentials: { create: asked, get: asked } })
  return asked
}

afterEach(() => vi.unstubAllGlobals())

test('what the server asks reaches the device as bytes, and its answer goes back as text', async () => {
  const response = { authenticatorData: bytes(2), signature: bytes(251), userHandle: bytes(3) }
  const asked = device(async () => new FakeCredential(response))
  const answer = await signWithPasskey('{"challenge":"-_8","rpId":"a.example"}')
  const challenge = asked.mock.lastCall?.[0].publicKey.challenge ?? bytes()
  expect([...new Uint8Array(challenge)]).toEqual([251, 255])
  expect(JSON.parse(answer)).toMatchObject({
    rawId: '_-8',
    type: 'public-key',
    response: { clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: '-w', userHandle: 'Aw' },
  })
})

test('a question that is turned away is not a fault, and a fault is', async () => {
  device(() => Promise.reject(new DOMException('no', 'NotAllowedError')))
  const options = '{"challenge":"AA","user":{"id":"AA"},"excludeCredentials":[]}'
  await expect(makePasskey(options)).rejects.toBeInstanceOf(NoPasskey)
  device(() => Promise.reject(new Error('broken')))
  await expect(makePasskey(options)).rejects.toThrow('broken')
})

test('passkeys work on pages of their domain only', () => {
  device(async () => null)
  vi.stubGlobal('window', {
    isSecureContext: true,
    PublicKeyCredential: FakeCredential,
    location: { hostname: 'archive.example.com' },
  })
  const all = ['archive.example.com', 'example.com', 'evil.com', 'ample.com', null]
  expect(all.map(passkeysWork)).toEqual([true, true, false, false, false])
})
