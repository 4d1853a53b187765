// Bytes of a small file as text, for an input of a mutation.

/** What the server takes (SEAL_KEY_BYTES_MAX). */
export const SEAL_FILE_BYTES_MAX = 256 * 1024

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
