// The mock's ledger: a true Merkle tree over all messages, its head signed by a key of this run, so that proofs can be checked.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'

const ORIGIN = 'xinju.example/demo'
const sha = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const node = (left, right) => sha(Buffer.of(1), left, right)

export function makeLog(world) {
  const key = makeKey()
  const levels = levelsOf(world.order.map((m) => sha(Buffer.of(0), entryOf(m).entry)))
  const size = world.order.length

  /** The ledger's state with its head signed now. */
  function state() {
    const root = size === 0 ? '' : levels.at(-1)[0].toString('base64')
    return {
      size,
      origin: ORIGIN,
      verifierKey: key.line,
      segments: Math.floor(size / 65_536),
      checkpoint:
        size === 0
          ? null
          : { size, root, signedAt: new Date().toISOString(), note: key.note(size, root) },
    }
  }

  function proof(m, { checkpoint }) {
    const { entry, disclosures } = entryOf(m)
    const path = pathOf(levels, m.index).map((hash) => hash.toString('base64'))
    return {
      entry,
      disclosures,
      leaf: levels[0][m.index].toString('base64'),
      index: m.index,
      treeSize: size,
      path,
      checkpoint: checkpoint.note,
      tlogProof: `c2sp.org/tlog-proof@v1\nindex ${m.index}\n${path.join('\n')}\n\n${checkpoint.note}`,
      verified: m.state === 'SEALED',
      withheld: [],
    }
  }
  return { state, proof }
}

function makeKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const key = Buffer.concat([Buffer.of(1), raw])
  const id = sha(`${ORIGIN}\n`, key).subarray(0, 4)
  return {
    line: `${ORIGIN}+${id.toString('hex')}+${key.toString('base64')}`,
    note(size, root) {
      const body = `${ORIGIN}\n${size}\n${root}\n`
      const signature = Buffer.concat([id, sign(null, Buffer.from(body), privateKey)])
      return `${body}\n\u2014 ${ORIGIN} ${signature.toString('base64')}\n`
    },
  }
}

/** The entry of a message and what it discloses. One that is to fail was taken of other bytes. */
function entryOf(m) {
  const bytes = Buffer.from(m.state === 'FAILED' ? `${m.raw} ` : m.raw)
  const values = {
    source: {
      account: 'default',
      channel: 'wecom',
      format: 'wecom-json/1',
      id: m.key,
      via: 'import',
    },
    conversation: {
      id: m.conversation.id,
      kind: m.conversation.kind.toLowerCase(),
      sequence: m.sequence,
    },
    from: m.from.channelId,
    to: m.to.map((p) => p.channelId),
    time: { received_at: m.receivedAt, sent_at: m.sentAt },
    content: { kind: m.kind.toLowerCase(), text: m.text },
    original: { sha256: sha(bytes).toString('hex'), size: bytes.length },
  }
  const disclosures = Object.entries(values).map(([name, value]) => {
    const salt = sha(m.key, name).subarray(0, 16).toString('base64url')
    const encoded = Buffer.from(JSON.stringify([salt, name, value])).toString('base64url')
    return { name, encoded, value: JSON.stringify(value) }
  })
  const _sd = disclosures.map(({ encoded }) => sha(encoded).toString('base64url')).sort()
  const rid = sha(m.key).toString('hex').slice(0, 32)
  const entry = JSON.stringify({ _sd, _sd_alg: 'sha-256', rid, typ: 'record', v: 'xinju-entry/1' })
  return { entry, disclosures }
}

/** All levels of the tree of RFC 6962: a node without a sibling rises as it is. */
function levelsOf(leaves) {
  const levels = [leaves]
  while (levels.at(-1).length > 1) {
    const below = levels.at(-1)
    const above = []
    for (let i = 0; i < below.length; i += 2) {
      above.push(i + 1 < below.length ? node(below[i], below[i + 1]) : below[i])
    }
    levels.push(above)
  }
  return levels
}

function pathOf(levels, index) {
  const path = []
  let at = index
  for (const level of levels.slice(0, -1)) {
    const sibling = level[at ^ 1]
    if (sibling) path.push(sibling)
    at >>= 1
  }
  return path
}
