// Signed checkpoints in the forms of C2SP (signed-note, tlog-checkpoint), read and checked in the browser.
import { type Bytes, concat, equal, fromBase64, utf8 } from './bytes'

/** Algorithm byte of Ed25519 in signed-note. */
const ED25519 = 1

export type Checkpoint = { origin: string; size: number; root: Bytes }
export type VerifierKey = { name: string; id: Bytes; public: Bytes }

/** The text of a note that is signed, its last line feed included, and its signature lines. */
export function openNote(note: string): { text: string; signatures: string[] } | null {
  const split = note.lastIndexOf('\n\n')
  if (split < 0) return null
  const text = note.slice(0, split + 1)
  const signatures = note
    .slice(split + 2)
    .split('\n')
    .filter((line) => line !== '')
  return { text, signatures }
}

export function readCheckpoint(note: string): Checkpoint | null {
  const [origin, digits, root] = openNote(note)?.text.split('\n') ?? []
  if (!origin || !digits || !root || !/^(0|[1-9]\d{0,15})$/.test(digits)) return null
  try {
    const bytes = fromBase64(root)
    return bytes.length === 32 ? { origin, size: Number(digits), root: bytes } : null
  } catch {
    return null
  }
}

/** A verifier key line: `name+id+base64(algorithm and key)`. */
export async function readKey(line: string, crypto: SubtleCrypto): Promise<VerifierKey | null> {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(line.trim())
  if (!parts) return null
  const [, name = '', id = '', encoded = ''] = parts
  const key = fromBase64(encoded)
  if (key.length !== 33 || key[0] !== ED25519) return null
  const hash = await crypto.digest('SHA-256', concat(utf8(`${name}\n`), key))
  const own = new Uint8Array(hash).slice(0, 4)
  const said = Uint8Array.from(id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return equal(own, said) ? { name, id: own, public: key.slice(1) } : null
}

/** Whether a line of the note is this key's signature. Throws where the browser knows no Ed25519. */
export async function isSigned(
  note: string,
  key: VerifierKey,
  crypto: SubtleCrypto,
): Promise<boolean> {
  const opened = openNote(note)
  if (!opened) return false
  const imported = await crypto.importKey('raw', key.public, { name: 'Ed25519' }, false, ['verify'])
  for (const line of opened.signatures) {
    const [dash, name, encoded] = line.split(' ')
    if (dash !== '\u2014' || name !== key.name || !encoded) continue
    const bytes = fromBase64(encoded)
    if (bytes.length !== 68 || !equal(bytes.slice(0, 4), key.id)) continue
    const good = await crypto.verify('Ed25519', imported, bytes.slice(4), utf8(opened.text))
    if (good) return true
  }
  return false
}
