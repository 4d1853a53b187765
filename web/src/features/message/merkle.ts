// Arithmetic of the Merkle tree of RFC 6962 section 2.1, over the browser's own SHA-256.
import { type Bytes, concat, equal } from './bytes'

export async function sha256(crypto: SubtleCrypto, ...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.digest('SHA-256', concat(...parts)))
}

/** SHA-256 of 0x00 and the entry. */
export function leafHash(crypto: SubtleCrypto, entry: Uint8Array): Promise<Bytes> {
  return sha256(crypto, Uint8Array.of(0), entry)
}

function nodeHash(crypto: SubtleCrypto, left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(crypto, Uint8Array.of(1), left, right)
}

/** Half of a whole number, rounded down. Shifts would cut numbers off at 32 bits. */
const half = (n: number) => Math.floor(n / 2)

/** Whether `path` leads from `leaf` at `index` to `root` of the tree of `size` leaves (RFC 9162 2.1.3.2). */
export async function isIncluded(
  crypto: SubtleCrypto,
  proof: { leaf: Bytes; index: number; size: number; path: readonly Bytes[]; root: Bytes },
): Promise<boolean> {
  let node = proof.index
  let last = proof.size - 1
  if (node < 0 || node > last) return false
  let hash = proof.leaf
  for (const sibling of proof.path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(crypto, sibling, hash)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      hash = await nodeHash(crypto, hash, sibling)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && equal(hash, proof.root)
}
