// @vitest-environment node
import { expect, test } from 'vitest'
import type { ProofPartsFragment } from '#/api/gen/operations'
import { type Bytes, concat, fromBase64, toBase64, toBase64url, toHex, utf8 } from '../bytes'
import { checkProof, readDisclosure } from '../check'
import { isIncluded, leafHash, sha256 } from '../merkle'
import { isSigned, openNote, readCheckpoint, readKey } from '../note'

const crypto = globalThis.crypto.subtle
const hex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** The tree of eight leaves that the Certificate Transparency projects test with. */
const ROOT = hex('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex)
const PATH_OF_0 = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
].map(hex)

test('a path of the known tree leads to its known root', async () => {
  const leaf = await leafHash(crypto, LEAVES[0] ?? hex(''))
  const proof = { leaf, index: 0, size: 8, path: PATH_OF_0, root: ROOT }
  expect(await isIncluded(crypto, proof)).toBe(true)
  expect(await isIncluded(crypto, { ...proof, index: 1 })).toBe(false)
  expect(await isIncluded(crypto, { ...proof, size: 9 })).toBe(false)
  expect(await isIncluded(crypto, { ...proof, index: 8 })).toBe(false)
  expect(await isIncluded(crypto, { ...proof, path: PATH_OF_0.slice(1) })).toBe(false)
  expect(await isIncluded(crypto, { ...proof, path: [...PATH_OF_0, ROOT] })).toBe(false)
})

/** Root and path of RFC 6962 2.1, word for word. */
async function tree(leaves: Bytes[], index: number): Promise<{ root: Bytes; path: Bytes[] }> {
  if (leaves.length === 1) return { root: leaves[0] ?? hex(''), path: [] }
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  const left = await tree(leaves.slice(0, split), index)
  const right = await tree(leaves.slice(split), index - split)
  const root = await sha256(crypto, Uint8Array.of(1), left.root, right.root)
  const path = index < split ? [...left.path, right.root] : [...right.path, left.root]
  return { root, path }
}

test('paths of trees of every size up to 20 lead to their roots', async () => {
  for (let size = 1; size <= 20; size += 1) {
    const leaves = await Promise.all(
      Array.from({ length: size }, (_, n) => leafHash(crypto, Uint8Array.of(n))),
    )
    for (let index = 0; index < size; index += 1) {
      const { root, path } = await tree(leaves, index)
      const leaf = leaves[index] ?? hex('')
      expect(await isIncluded(crypto, { leaf, index, size, path, root }), `${index}/${size}`).toBe(
        true,
      )
    }
  }
})

/** The example of the signed-note format in the documentation of Go's sumdb/note. */
const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const NOTE =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n\n" +
  '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

test('the known note is signed by its known key, and by nothing else', async () => {
  const key = await readKey(KEY, crypto)
  expect(key?.name).toBe('PeterNeumann')
  if (!key) return
  expect(await isSigned(NOTE, key, crypto)).toBe(true)
  expect(await isSigned(NOTE.replace('problem', 'question'), key, crypto)).toBe(false)
  expect(await isSigned(NOTE.replace('\u2014 Peter', '\u2014 Paul'), key, crypto)).toBe(false)
  expect(await readKey(KEY.replace('c74f', 'c74e'), crypto)).toBeNull()
  expect(await readKey('PeterNeumann', crypto)).toBeNull()
})

test('checkpoints are read strictly', () => {
  const note = (size: string, root = toBase64(ROOT)) => `log\n${size}\n${root}\n\n\u2014 log AAAA\n`
  expect(readCheckpoint(note('8'))).toEqual({ origin: 'log', size: 8, root: ROOT })
  for (const bad of ['', 'log', note('08'), note('-1'), note('8', 'AAAA'), note('8', '?')]) {
    expect(readCheckpoint(bad)).toBeNull()
  }
  expect(openNote(note('8'))?.signatures).toEqual(['\u2014 log AAAA'])
})

/** A ledger of three entries, made and signed here. */
async function made() {
  const original = utf8('{"msgid":"1","text":{"content":"退款"}}')
  const disclose = (name: string, value: unknown) =>
    toBase64url(utf8(JSON.stringify(['c2FsdA', name, value])))
  const disclosures = [
    { name: 'from', encoded: disclose('from', 'wm1') },
    {
      name: 'original',
      encoded: disclose('original', {
        sha256: toHex(await sha256(crypto, original)),
        size: original.length,
      }),
    },
  ]
  const digests = await Promise.all(
    disclosures.map(async ({ encoded }) => toBase64url(await sha256(crypto, utf8(encoded)))),
  )
  const entry = JSON.stringify({ _sd: digests.sort(), _sd_alg: 'sha-256', v: 'xinju-entry/1' })
  const leaf = await leafHash(crypto, utf8(entry))
  const others = await Promise.all([1, 2].map((n) => leafHash(crypto, Uint8Array.of(n))))
  const [first, third] = others as [Bytes, Bytes]
  const { root, path } = await tree([first, leaf, third], 1)

  const pair = await crypto.generateKey('Ed25519', true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('not a pair of keys')
  const body = `example/log\n3\n${toBase64(root)}\n`
  const raw = new Uint8Array(await crypto.exportKey('raw', pair.publicKey))
  const verifier = concat(Uint8Array.of(1), raw)
  const id = (await sha256(crypto, utf8('example/log\n'), verifier)).slice(0, 4)
  const signature = new Uint8Array(await crypto.sign('Ed25519', pair.privateKey, utf8(body)))
  const checkpoint = `${body}\n\u2014 example/log ${toBase64(concat(id, signature))}\n`
  const proof: ProofPartsFragment = {
    entry,
    disclosures,
    withheld: [],
    leaf: toBase64(leaf),
    index: 1,
    treeSize: 3,
    path: path.map(toBase64),
    checkpoint,
    tlogProof: '',
    verified: true,
  }
  return { proof, original, key: `example/log+${toHex(id)}+${toBase64(verifier)}` }
}

async function failing(change: (input: Awaited<ReturnType<typeof made>>) => void) {
  const input = await made()
  change(input)
  const steps = await checkProof(input, crypto)
  return steps.filter((step) => step.outcome !== 'passed').map((step) => step.name)
}

test('a true proof passes every step', async () => {
  expect(await failing(() => undefined)).toEqual([])
})

test('what is withheld is not checked, and all the rest is', async () => {
  const { proof, key } = await made()
  const steps = await checkProof({ proof, original: null, key }, crypto)
  expect(steps.filter((step) => step.outcome !== 'passed')).toEqual([
    { name: 'original', outcome: 'unable' },
  ])
})

test('each thing that was changed fails its step', async () => {
  expect(
    await failing((input) => {
      input.original = utf8('{}')
    }),
  ).toEqual(['original'])
  expect(
    await failing(({ proof }) => {
      proof.disclosures[0] = { name: 'from', encoded: toBase64url(utf8('["c2FsdA","from","wm2"]')) }
    }),
  ).toEqual(['disclosures'])
  expect(
    await failing(({ proof }) => {
      proof.entry = proof.entry.replace('entry/1', 'entry/2')
    }),
  ).toEqual(['leaf', 'path'])
  expect(
    await failing(({ proof }) => {
      proof.leaf = proof.path[0] ?? ''
    }),
  ).toEqual(['leaf'])
  expect(
    await failing(({ proof }) => {
      proof.path.reverse()
    }),
  ).toEqual(['path'])
  expect(
    await failing(({ proof }) => {
      proof.treeSize = 4
    }),
  ).toEqual(['checkpoint'])
  expect(
    await failing(({ proof }) => {
      proof.checkpoint = proof.checkpoint.replace('\n3\n', '\n5\n')
    }),
  ).toEqual(['path', 'checkpoint', 'signature'])
  expect(
    await failing(({ proof }) => {
      proof.entry = 'x'
    }),
  ).toContain('disclosures')
})

test('a key that may not be seen leaves the signature open', async () => {
  const input = await made()
  const steps = await checkProof({ ...input, key: null }, crypto)
  expect(steps.at(-1)).toEqual({ name: 'signature', outcome: 'unable' })
})

test('disclosures are decoded, or refused', () => {
  const encoded = toBase64url(utf8('["c2FsdA","content",{"kind":"text","text":"你好"}]'))
  expect(readDisclosure(encoded)).toEqual({
    name: 'content',
    value: { kind: 'text', text: '你好' },
    encoded,
  })
  expect(readDisclosure('???')).toBeNull()
  expect(readDisclosure(toBase64url(utf8('[1,2]')))).toBeNull()
  expect(fromBase64('_-8')).toEqual(Uint8Array.of(255, 239))
})
