// Searching in the mock: every word must occur, quotes keep words together, `-` excludes, filters narrow. No OR, no brackets.
import { page } from './page.mjs'

const named = (party, value) => party && (party.name.includes(value) || party.channelId === value)
const FILTERS = {
  from: (m, value) => named(m.from, value),
  to: (m, value) => m.to.some((p) => named(p, value)),
  staff: (m, value) => [m.from, ...m.to].some((p) => p.side === 'STAFF' && named(p, value)),
  customer: (m, value) => [m.from, ...m.to].some((p) => p.side === 'CUSTOMER' && named(p, value)),
  conversation: (m, value) => m.conversation.id === value,
  kind: (m, value) => m.kind === value.toUpperCase(),
  channel: () => true,
  after: (m, value) => Date.parse(m.at) >= Date.parse(value),
  before: (m, value) => Date.parse(m.at) < Date.parse(value),
  has: (m) => m.body.attachments.length > 0,
  is: (m) => m.recalledBy !== null,
}

export function search(world, { query, order, ...args }, view) {
  const started = performance.now()
  const fault = faultOf(query)
  if (fault) return { ...answer(started, page([])), syntaxError: fault, edges: [] }
  const terms = [...query.matchAll(/(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)].map((w) => ({
    not: w[1] === '-',
    name: w[2],
    text: w[3] ?? w[4],
  }))
  const words = terms.filter((t) => !t.name && t.text !== '*')
  let hits = world.order.filter(
    (m) =>
      words.every((w) => m.text.includes(w.text) !== w.not) &&
      terms.every((t) => !t.name || Boolean(FILTERS[t.name](m, t.text)) !== t.not),
  )
  if (order !== 'OLDEST') hits = [...hits].reverse()
  const found = page(hits, args, view)
  const wanted = words.filter((w) => !w.not).map((w) => w.text)
  return {
    ...answer(started, found),
    edges: found.edges.map((e) => ({ ...e, snippet: snippet(e.node.text, wanted) })),
  }
}

function answer(started, { pageInfo, totalCount }) {
  const tookMicros = Math.round((performance.now() - started) * 1000)
  return { syntaxError: null, pageInfo, totalCount, tookMicros }
}

function faultOf(query) {
  const at = (place) => [...query.slice(0, place)].length
  if ([...query].filter((c) => c === '"').length % 2 === 1) {
    const position = at(query.lastIndexOf('"'))
    return { position, code: 'unclosed_quote', message: 'this quote is not closed' }
  }
  for (const found of query.matchAll(/(\w+):(?!\/\/)\S/g)) {
    if (found[1] in FILTERS) continue
    const message = `there is no filter ${found[1]}:`
    return { position: at(found.index), code: 'unknown_filter', message }
  }
  return null
}

function snippet(text, words) {
  const first = Math.min(...words.map((w) => text.indexOf(w)).filter((i) => i >= 0), text.length)
  const from = Math.max(0, first === text.length ? 0 : first - 40)
  const part = (from > 0 ? '…' : '') + text.slice(from, from + 160)
  const marks = []
  for (const w of words) {
    for (let i = part.indexOf(w); i >= 0 && w; i = part.indexOf(w, i + w.length))
      marks.push({ start: i, end: i + w.length })
  }
  return { text: part, marks: marks.sort((a, b) => a.start - b.start) }
}
