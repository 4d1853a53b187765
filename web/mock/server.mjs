// A stand-in for the server while pages are made: graphql-js over ../schema.graphql. Development only.
//   npm run mock                       the API on 127.0.0.1:8420 (vite proxies to it)
//   npm run preview                    the API and the built console, with the policy the real server sends
//   MOCK_EMPTY=1, MOCK_SETUP=1         an empty archive; one that waits for its first administrator
// Logins: admin, compliance, sales; the password stands in office.mjs.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSchema, execute, graphql, subscribe } from 'graphql'
import { useServer as serveSocket } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { archive } from './archive.mjs'
import { auditTrail } from './audit.mjs'
import { makeLog } from './log.mjs'
import { marks } from './mark.mjs'
import { office, PASSWORD } from './office.mjs'
import { makeWorld } from './world.mjs'

const web = fileURLToPath(new URL('..', import.meta.url))
const dist = process.argv.includes('--dist')
  ? join(web, process.argv[process.argv.indexOf('--dist') + 1])
  : null
const port = Number(process.env.PORT ?? 8420)
const delay = Number(process.env.MOCK_DELAY ?? 0)

const schema = buildSchema(readFileSync(join(web, '../schema.graphql'), 'utf8'))
// Fields of interface type say what they are by __typename, which every object of the mock carries.
const world = makeWorld({ empty: process.env.MOCK_EMPTY === '1' })
const desk = office({
  setupNeeded: process.env.MOCK_SETUP === '1',
  records: world.order.length,
  startedAt: new Date().toISOString(),
})
const log = makeLog(world)
let ledger = log.state()
const past = archive(world, log, () => ledger)
const trail = auditTrail(world, desk, () => ledger)

const listeners = new Set()
const changed = () => {
  for (const wake of listeners) wake()
}
setInterval(() => {
  if (ledger.size === 0) return
  ledger = log.state()
  changed()
}, 20_000).unref()

async function* follow(read, ended) {
  for (;;) {
    yield read()
    if (ended?.()) return
    await new Promise((resolve) => {
      const wake = () => {
        listeners.delete(wake)
        resolve()
      }
      listeners.add(wake)
    })
  }
}

const guarded = (action, answer) => (args, context) => {
  desk.need(context, action)
  return answer(args, context)
}
/** An answer that is an event of the audit trail, too. */
const noted = (action, name, answer, about) => (args, context) => {
  const viewer = desk.need(context, action)
  const found = answer(args, context)
  if (found) trail.note(viewer, name, about(args, found))
  return found
}
const root = {
  ...desk.query,
  ...desk.mutation,
  ...trail.query,
  ...marks(desk, trail),
  signIn: (args, context) => {
    const answer = desk.mutation.signIn(args, context)
    if (answer.viewer) trail.note(answer.viewer, 'session.start')
    return answer
  },
  preview: (args, context) => ({
    ...desk.query.preview(args, context),
    customers: (part) => past.customers(part),
    conversations: (part) => {
      const found = past.conversations(part)
      const told = (one) => ({ ...one, messages: one.messageCount })
      return { ...found, nodes: found.nodes.map(told) }
    },
  }),
  conversation: guarded('READ_CONTENT', past.conversation),
  conversations: guarded('READ_CONTENT', past.conversations),
  message: guarded('READ_CONTENT', past.message),
  search: noted('SEARCH', 'search.run', past.search, ({ query }, found) => ({
    details: { query, total: found.totalCount },
  })),
  customer: noted('READ_DIRECTORY', 'customer.read', past.customer, ({ id }, found) => ({
    object: id,
    about: [trail.about.customer(found)],
  })),
  customers: guarded('READ_DIRECTORY', past.customers),
  staff: guarded('READ_DIRECTORY', past.staff),
  allStaff: guarded('READ_DIRECTORY', past.allStaff),
  departments: guarded('READ_DIRECTORY', past.departments),
  consistencyProof: guarded('READ_LEDGER', past.consistencyProof),
  ledger: guarded('READ_LEDGER', () => ledger),
  signCheckpoint: guarded('OPERATE', () => {
    ledger = log.state()
    changed()
    return { checkpoint: ledger.checkpoint }
  }),
  node: guarded(
    null,
    ({ id }) =>
      past.message({ id }) ??
      past.conversation({ id }) ??
      past.customer({ id }) ??
      past.staff({ id }),
  ),
  overview: guarded(null, ({ zoneOffsetMinutes, days }) => overview(zoneOffsetMinutes, days)),
  importProgress: ({ id }) => {
    const found = desk.imports.find((i) => i.id === id)
    return follow(
      () => ({ importProgress: desk.importView(found) }),
      () => found.state !== 'RUNNING',
    )
  },
  ledgerChanged: () => follow(() => ({ ledgerChanged: ledger })),
}

function overview(zone, days) {
  const counts = new Map()
  const shift = zone * 60_000
  const since = Date.now() - days * 86_400_000
  for (const m of world.order) {
    const at = Date.parse(m.at)
    if (at < since) continue
    const day = Math.floor((at + shift) / 86_400_000) * 86_400_000 - shift
    counts.set(day, (counts.get(day) ?? 0) + 1)
  }
  return {
    records: world.order.length,
    conversations: world.conversations.size,
    customers: world.customers.size,
    staff: world.staff.size,
    messagesPerDay: [...counts]
      .sort((a, b) => a[0] - b[0])
      .map(([day, messages]) => ({ day: new Date(day).toISOString(), messages })),
    ledger,
    lastImport: desk.imports[0] ? desk.importView(desk.imports[0]) : null,
    newestMessageAt: world.order.at(-1)?.at ?? null,
  }
}

const secretOf = (request) => /xinju_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]

async function answerGraphql(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (delay) await new Promise((r) => setTimeout(r, delay))
  if (request.headers['x-xinju-csrf'] !== '1')
    return send(
      response,
      403,
      'application/json',
      '{"errors":[{"message":"no CSRF header","extensions":{"code":"FORBIDDEN"}}]}',
    )
  const type = request.headers['content-type'] ?? ''
  const asked = type.startsWith('multipart/')
    ? await readMultipart(type, body)
    : JSON.parse(body.toString())
  const context = {
    secret: secretOf(request),
    agent: request.headers['user-agent'] ?? '',
    changed,
    setCookie(secret) {
      this.secret = secret
      response.setHeader(
        'Set-Cookie',
        `xinju_session=${secret}; HttpOnly; SameSite=Strict; Path=/${secret ? '' : '; Max-Age=0'}`,
      )
    },
  }
  const result = await graphql({
    schema,
    source: asked.query,
    rootValue: root,
    variableValues: asked.variables,
    operationName: asked.operationName,
    contextValue: context,
  })
  send(response, 200, 'application/json', JSON.stringify(result))
}

async function readMultipart(type, body) {
  const form = await new Response(body, { headers: { 'content-type': type } }).formData()
  const operations = JSON.parse(form.get('operations'))
  for (const [key, [path]] of Object.entries(JSON.parse(form.get('map')))) {
    const steps = path.split('.')
    const last = steps.pop()
    let place = operations
    for (const step of steps) place = place[step]
    place[last] = form.get(key)
  }
  return operations
}

function answerDownload(request, response) {
  const [, , noun, id, what] = new URL(request.url, 'http://x').pathname.split('/')
  response.setHeader('Content-Disposition', `attachment; filename="${id}.${what ?? 'txt'}"`)
  if (noun === 'messages' && world.messages.has(id))
    return answerMessage(response, world.messages.get(id), what)
  if (noun === 'audit') return answerEvents(request, response, id, what)
  if (noun === 'ledger')
    return send(
      response,
      200,
      'text/plain',
      id === 'checkpoint' ? ledger.checkpoint.note : ledger.verifierKey,
    )
  const job = desk.imports.find((i) => i.id === id)
  send(
    response,
    job ? 200 : 404,
    'application/x-ndjson',
    (job?.rejectList ?? []).map((r) => `${JSON.stringify(r)}\n`).join(''),
  )
}

/** Events as files, and the proof of one. */
function answerEvents(request, response, name, event) {
  const form = name.split('.')[1]
  if (!form) return send(response, 200, 'text/plain', trail.proof(event))
  response.setHeader('Content-Disposition', `attachment; filename="audit.${form}"`)
  const { searchParams } = new URL(request.url, 'http://x')
  const type = form === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
  send(response, 200, type, trail.lines(form, searchParams))
}

/** The downloads of one message: its original, its proof, its entry. */
function answerMessage(response, message, what) {
  if (what === 'original') return send(response, 200, 'application/json', message.raw)
  const { entry, disclosures, tlogProof } = log.proof(message, ledger)
  if (what === 'proof') return send(response, 200, 'text/plain', tlogProof)
  const document = { entry, disclosures: disclosures.map((d) => d.encoded), redacted: [] }
  send(response, 200, 'application/json', JSON.stringify(document))
}

const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
}

function answerFile(request, response) {
  const path = new URL(request.url, 'http://x').pathname
  const file = join(dist, normalize(path))
  if (path !== '/' && extname(path) && existsSync(file))
    return send(
      response,
      200,
      TYPES[extname(path)] ?? 'application/octet-stream',
      readFileSync(file),
    )
  if (path.startsWith('/assets/')) return send(response, 404, 'text/plain', 'not found')
  const nonce = randomBytes(16).toString('base64')
  response.setHeader(
    'Content-Security-Policy',
    `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'`,
  )
  send(
    response,
    200,
    TYPES['.html'],
    readFileSync(join(dist, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce),
  )
}

function send(response, status, type, body) {
  response.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  })
  response.end(body)
}

const server = createServer((request, response) => {
  const failed = (cause) => {
    console.error(cause)
    if (!response.headersSent) send(response, 500, 'text/plain', 'failed')
  }
  if (request.url?.startsWith('/graphql')) answerGraphql(request, response).catch(failed)
  else if (request.url === '/readyz') send(response, 200, 'text/plain', 'ok')
  else if (request.url?.startsWith('/api/')) answerDownload(request, response)
  else if (dist) answerFile(request, response)
  else send(response, 404, 'text/plain', 'only /graphql here')
})
serveSocket(
  {
    schema,
    execute,
    subscribe,
    roots: { subscription: root },
    context: ({ extra }) => ({ secret: secretOf(extra.request) }),
  },
  new WebSocketServer({ server, path: '/graphql' }),
)
server.listen(port, '127.0.0.1', () =>
  console.log(`mock on http://127.0.0.1:${port}, password "${PASSWORD}"`),
)
