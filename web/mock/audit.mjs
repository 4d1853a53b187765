// The mock's audit trail: what its visitors do, on top of some days that it makes up.
import { createHash } from 'node:crypto'
import { page } from './page.mjs'

const MINUTE = 60_000

/** The events of an office, newest first; `note` adds one. */
export function auditTrail(world, desk, ledger) {
  const events = []
  const customers = [...world.customers.values()]
  const conversations = [...world.conversations.values()]

  function note({
    actor,
    action,
    at = Date.now(),
    object = null,
    about = [],
    details = {},
    place,
  }) {
    const index = 1_000_000 + events.length
    const subjects = about.map((one) => ({
      id: one.id,
      kind: one.kind,
      name: one.name ?? null,
    }))
    events.unshift({
      id: `evt_${index}`,
      at: new Date(at).toISOString(),
      actor: { owner: null, ...actor },
      action: action.known ?? 'OTHER',
      actionName: action.name,
      object,
      subjects,
      details: Object.entries(details).map(([name, value]) => ({ name, value: String(value) })),
      place: place ?? '192.168.1.23',
      state: 'SEALED',
      index,
    })
    return `evt_${index}`
  }

  const act = (name) => ({ name, known: name.toUpperCase().replace('.', '_') })
  const person = (user) => ({ id: user.id, kind: 'user', name: user.name })
  const customer = (one) => ({ id: one.id, kind: 'CUSTOMER', name: one.name })
  const conversation = (one) => ({
    id: one.id,
    kind: 'CONVERSATION',
    name: one.parties.map((party) => party.name).join('、'),
  })

  madeUp({ note, act, person, customer, conversation, desk, customers, conversations })

  const fits = (filter) => (event) => {
    const text = [event.actor.name, ...event.details.map((one) => one.value)].join('\n')
    const words = (filter.words ?? '').split(/\s+/).filter(Boolean)
    const names = [
      ...(filter.actions ?? []).map((name) => name.toLowerCase().replace('_', '.')),
      ...(filter.actionNames ?? []),
    ]
    return (
      (!filter.actor || filter.actor === (event.actor.id ?? event.actor.kind)) &&
      (names.length === 0 || names.includes(event.actionName)) &&
      (!filter.subject ||
        event.object === filter.subject ||
        event.subjects.some((one) => one.id === filter.subject)) &&
      (!filter.place || filter.place === event.place) &&
      (!filter.after || event.at >= filter.after) &&
      (!filter.before || event.at < filter.before) &&
      words.every((word) => text.includes(word))
    )
  }
  const view = (event) => ({
    ...event,
    seal: {
      state: event.state,
      index: event.index,
      checkpointSize: ledger().checkpoint?.size ?? null,
    },
    proof: null,
  })
  const read = (viewer, filter) =>
    note({ actor: person(viewer.user), action: act('audit.read'), details: { ...filter } })

  return {
    note: (viewer, name, more = {}) =>
      note({ actor: person(viewer.user), action: act(name), ...more }),
    /** An event by its id; null where there is none. */
    event: (id) => {
      const found = events.find((event) => event.id === id)
      return found ? view(found) : null
    },
    about: { customer, conversation },
    query: {
      auditEvents: ({ filter, ...args }, context) => {
        const viewer = desk.need(context, 'READ_AUDIT')
        const found = page(events.filter(fits(filter ?? {})), args, view)
        read(viewer, filter)
        return found
      },
      accessLog: ({ subject, ...args }, context) => {
        desk.need(context, 'READ_AUDIT')
        return page(events.filter(fits({ subject })), args, view)
      },
      auditEvent: ({ id }, context) => {
        desk.need(context, 'READ_AUDIT')
        const found = events.find((event) => event.id === id)
        return found ? view(found) : null
      },
      auditActors: (_, context) => {
        desk.need(context, 'READ_AUDIT')
        return desk.users.map((user) => ({ ...person(user), owner: null }))
      },
    },
    /** The lines of a download. */
    lines: (form, query) => {
      const wanted = Object.fromEntries(query)
      const filter = { ...wanted, actions: undefined, actionNames: wanted.actions?.split(',') }
      const found = events.filter(fits(filter))
      return form === 'csv'
        ? `\uFEFFindex,time,action\r\n${found.map((e) => `${e.index},${e.at},${e.actionName}\r\n`).join('')}`
        : found.map((event) => `${JSON.stringify(event)}\n`).join('')
    },
    proof: (id) => `c2sp.org/tlog-proof@v1\n${createHash('sha256').update(id).digest('base64')}\n`,
  }
}

/** Some days of an office. */
function madeUp({ note, act, person, customer, conversation, desk, customers, conversations }) {
  if (customers.length === 0) return
  const [admin, compliance, sales, former] = desk.users
  const start = Date.now() - 3 * 24 * 60 * MINUTE
  const system = { id: null, kind: 'system', name: 'system' }
  for (let i = 0; i < 90; i += 1) {
    const at = start + i * 41 * MINUTE
    const one = customers[(i * 7) % customers.length]
    const talk = conversations[(i * 5) % conversations.length]
    const actor = person([sales, compliance, sales, admin][i % 4])
    const kinds = [
      () => note({ at, actor, action: act('session.start'), object: `ses_${i}` }),
      () =>
        note({
          at,
          actor,
          action: act('search.run'),
          about: [customer(one), conversation(talk)],
          details: { query: ['发票', '退款', '"押金" after:2025', '会议室'][i % 4], total: 12 + i },
        }),
      () =>
        note({
          at,
          actor,
          action: act('conversation.read'),
          object: talk.id,
          about: [conversation(talk), customer(one)],
          details: { from: i * 3, messages: 'a b c d e f g h', customers: one.id },
        }),
      () =>
        note({
          at,
          actor,
          action: act('customer.read'),
          object: one.id,
          about: [customer(one)],
        }),
      () =>
        note({
          at,
          actor: person(sales),
          action: act('access.deny'),
          details: { action: 'manage_users', count: i, since: new Date(at - MINUTE).toISOString() },
        }),
      () =>
        note({
          at,
          actor: { ...person(admin), id: 'tok_1', kind: 'token', owner: admin.id },
          action: { name: 'robot.dance' },
          details: { step: 'left' },
          place: '10.8.0.14',
        }),
    ]
    kinds[i % kinds.length]()
  }
  note({
    at: Date.now() - 9 * MINUTE,
    actor: person(admin),
    action: act('user.suspend'),
    object: former.id,
    about: [{ id: former.id, kind: 'USER', name: former.name }],
    details: { active_before: true, active_after: false },
  })
  note({
    at: Date.now() - 8 * MINUTE,
    actor: system,
    action: act('archive.alive'),
    details: { entries: 44_120 },
    place: 'local',
  })
}
