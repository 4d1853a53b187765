// The check of a proof in the browser, independent of the server's: every hash is computed again from the bytes that are shown.
import type { ProofPartsFragment } from '#/api/gen/operations'
import { type Bytes, equal, fromBase64, toBase64url, toHex, utf8 } from './bytes'
import { isIncluded, leafHash, sha256 } from './merkle'
import { isSigned, readCheckpoint, readKey } from './note'

export const STEPS = ['original', 'disclosures', 'leaf', 'path', 'checkpoint', 'signature'] as const
export type StepName = (typeof STEPS)[number]
/** `unable`: the browser or what the viewer may see does not allow this step. */
export type Outcome = 'passed' | 'failed' | 'unable'
export type Step = { name: StepName; outcome: Outcome }

export type CheckInput = {
  proof: ProofPartsFragment
  /** The original's bytes as they came; null where they are withheld. */
  original: Bytes | null
  /** The verifier key line of the ledger; null where the viewer may not see it. */
  key: string | null
}

export type Disclosed = { name: string; value: unknown; encoded: string }

/** Decodes a disclosure: base64url of the JSON array of salt, name and value (RFC 9901 4.2.1). */
export function readDisclosure(encoded: string): Disclosed | null {
  try {
    const decoded: unknown = JSON.parse(new TextDecoder().decode(fromBase64(encoded)))
    if (!Array.isArray(decoded) || decoded.length !== 3 || typeof decoded[1] !== 'string')
      return null
    return { name: decoded[1], value: decoded[2], encoded }
  } catch {
    return null
  }
}

export async function checkProof(input: CheckInput, crypto: SubtleCrypto): Promise<Step[]> {
  const tests: Record<StepName, () => Promise<boolean | null>> = {
    original: () => originalMatches(input, crypto),
    disclosures: () => disclosuresMatch(input.proof, crypto),
    leaf: () => leafMatches(input.proof, crypto),
    path: () => pathLeads(input.proof, crypto),
    checkpoint: async () => readCheckpoint(input.proof.checkpoint)?.size === input.proof.treeSize,
    signature: () => signatureHolds(input, crypto),
  }
  return Promise.all(
    STEPS.map(async (name) => {
      // What cannot be read has not passed.
      const good = await tests[name]().catch(() => false)
      return { name, outcome: good === null ? 'unable' : good ? 'passed' : 'failed' } as const
    }),
  )
}

/** The disclosure `original` says the SHA-256 and the size of the bytes; both are withheld where personal data is masked. */
async function originalMatches({ proof, original }: CheckInput, crypto: SubtleCrypto) {
  if (original === null) return null
  const disclosed = proof.disclosures
    .map(({ encoded }) => readDisclosure(encoded))
    .find((one) => one?.name === 'original')
  const value = disclosed?.value as { sha256?: unknown; size?: unknown } | undefined
  const digest = toHex(await sha256(crypto, original))
  return value?.sha256 === digest && value.size === original.length
}

/** The entry holds the digest of every disclosure. */
async function disclosuresMatch(proof: ProofPartsFragment, crypto: SubtleCrypto) {
  const entry = JSON.parse(proof.entry) as { _sd?: unknown; _sd_alg?: unknown }
  if (!Array.isArray(entry._sd) || entry._sd_alg !== 'sha-256') return false
  const held = new Set<unknown>(entry._sd)
  for (const { encoded, name } of proof.disclosures) {
    const digest = toBase64url(await sha256(crypto, utf8(encoded)))
    if (!held.has(digest) || readDisclosure(encoded)?.name !== name) return false
  }
  return proof.disclosures.length > 0
}

async function leafMatches(proof: ProofPartsFragment, crypto: SubtleCrypto) {
  return equal(await leafHash(crypto, utf8(proof.entry)), fromBase64(proof.leaf))
}

/** The path leads from the leaf, computed anew, to the root that the checkpoint signs. */
async function pathLeads(proof: ProofPartsFragment, crypto: SubtleCrypto) {
  const checkpoint = readCheckpoint(proof.checkpoint)
  if (!checkpoint) return false
  return isIncluded(crypto, {
    leaf: await leafHash(crypto, utf8(proof.entry)),
    index: proof.index,
    size: checkpoint.size,
    path: proof.path.map(fromBase64),
    root: checkpoint.root,
  })
}

async function signatureHolds({ proof, key }: CheckInput, crypto: SubtleCrypto) {
  if (key === null) return null
  const verifier = await readKey(key, crypto)
  if (!verifier || readCheckpoint(proof.checkpoint)?.origin !== verifier.name) return false
  try {
    return await isSigned(proof.checkpoint, verifier, crypto)
  } catch (cause) {
    // Browsers before 2025 know no Ed25519.
    if (cause instanceof DOMException && cause.name === 'NotSupportedError') return null
    throw cause
  }
}
