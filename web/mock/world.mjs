// The mock's archive: real sample messages, and a few of every other kind, as plain objects.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { oddMessages } from './kinds.mjs'

const here = new URL('./sample/', import.meta.url)
const hash = (text) => createHash('sha256').update(text).digest()
const short = (prefix, text) => `${prefix}_${hash(text).toString('base64url').slice(0, 16)}`
const DAY = 86_400_000

export function makeWorld({ empty = false } = {}) {
  const directory = JSON.parse(
    readFileSync(process.env.MOCK_DIRECTORY ?? new URL('directory.json', here), 'utf8'),
  )
  const source = empty
    ? []
    : readFileSync(process.env.MOCK_MESSAGES ?? new URL('messages.ndjson', here), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => ({ line, ...JSON.parse(line) }))
  // The sample ends in the past: move it so that it ends a few minutes ago.
  const shift = source.length ? Date.now() - 4 * 60_000 - source.at(-1).msgtime : 0
  for (const m of source) m.msgtime += shift

  const departments = directory.department.map((d) => ({
    id: `dep_${d.id}`,
    name: d.name,
    parentId: d.parentid ? `dep_${d.parentid}` : null,
  }))
  const staff = new Map(
    directory.userlist.map((u) => [
      u.userid,
      {
        __typename: 'Staff',
        id: short('stf', u.userid),
        name: u.name,
        channelId: u.userid,
        position: u.position ?? null,
        listed: true,
        departments: u.department
          .map((d) => departments.find((x) => x.id === `dep_${d}`))
          .filter(Boolean),
      },
    ]),
  )
  const customers = new Map()
  if (!empty) {
    for (const { external_contact: c, follow_user: f } of directory.external_contact_list) {
      customers.set(c.external_userid, {
        __typename: 'Customer',
        id: short('cus', c.external_userid),
        name: c.name,
        company: c.corp_full_name ?? null,
        position: c.position ?? null,
        listed: true,
        identities: [{ channel: 'WECOM', channelId: c.external_userid }],
        followers: (f ?? []).map((x) => ({
          staff: staff.get(x.userid) ?? null,
          remark: x.remark ?? '',
          description: x.description ?? '',
          since: new Date(x.createtime * 1000 + shift).toISOString(),
          tags: (x.tags ?? []).map((t) => t.tag_name),
        })),
      })
    }
  }

  const world = {
    departments,
    staff,
    customers,
    conversations: new Map(),
    messages: new Map(),
    order: [],
  }
  for (const m of source) add(world, m)
  if (!empty) {
    addLongGroup(world, source)
    addSilent(world)
    for (const m of oddMessages(world)) add(world, m)
  }
  world.order.sort((a, b) => a.at.localeCompare(b.at) || a.index - b.index)
  world.order.forEach((m, i) => {
    m.index = i
  })
  for (const c of world.conversations.values()) {
    c.list.sort((a, b) => a.at.localeCompare(b.at) || a.index - b.index)
    c.list.forEach((m, i) => {
      m.sequence = i
    })
  }
  return world
}

/** How many messages the long group has. */
const LONG = Number(process.env.MOCK_LONG ?? 6000)

/** A long group over 200 days, of the sample's own sentences. */
function addLongGroup(world, source) {
  const staff = [...world.staff.keys()].slice(2, 5)
  const outside = [...world.customers.keys()].slice(0, 2)
  const people = [...staff, ...outside]
  const end = Date.now() - 3 * 60_000
  for (let i = 0; i < LONG; i += 1) {
    const from = people[(i * 7 + (i % 3)) % people.length]
    add(world, {
      msgid: `long_${i}`,
      from,
      tolist: people.filter((p) => p !== from),
      roomid: 'wrLongGroup',
      msgtime: Math.round(end - ((LONG - i) * 200 * DAY) / LONG),
      msgtype: 'text',
      text: { content: source[(i * 31) % source.length].text.content },
    })
  }
}

/** A customer that only a message names, without a directory entry. */
function addSilent(world) {
  add(world, {
    msgid: 'unlisted_1',
    from: 'wmJSb5CgAA4aWXWndJspQGpJMDbsMwMA',
    tolist: [[...world.staff.keys()][0]],
    roomid: '',
    msgtime: Date.now() - 9 * DAY,
    msgtype: 'text',
    text: { content: '在吗？我换了新的微信号，之前订的房间还在吗[微笑]' },
  })
}

function partyOf(world, id) {
  const staff = world.staff.get(id)
  if (staff) return { channelId: id, side: 'STAFF', name: staff.name, staff, customer: null }
  if (!world.customers.has(id)) {
    world.customers.set(id, {
      __typename: 'Customer',
      id: short('cus', id),
      name: id,
      company: null,
      position: null,
      listed: false,
      identities: [{ channel: 'WECOM', channelId: id }],
      followers: [],
    })
  }
  const customer = world.customers.get(id)
  return { channelId: id, side: 'CUSTOMER', name: customer.name, staff: null, customer }
}

const EMPTY_BODY = {
  title: '',
  text: '',
  url: null,
  fields: [],
  attachments: [],
  items: [],
  quote: null,
  masked: [],
}

function add(world, m) {
  const parties = [m.from, ...(m.tolist ?? [])]
  const key = m.roomid || [...parties].sort().join(' ')
  const from = partyOf(world, m.from)
  const to = (m.tolist ?? []).map((id) => partyOf(world, id))
  let conversation = world.conversations.get(key)
  if (!conversation) {
    conversation = {
      __typename: 'Conversation',
      id: short('cnv', key),
      channel: 'WECOM',
      kind: m.roomid ? 'GROUP' : 'SINGLE',
      list: [],
      parties: [from, ...to],
    }
    world.conversations.set(key, conversation)
  }
  const at = new Date(m.msgtime).toISOString()
  const original = m.line ?? JSON.stringify({ ...m, body: undefined, kind: undefined })
  const body = { ...EMPTY_BODY, ...(m.body ?? { text: m.text?.content ?? '' }) }
  const message = {
    __typename: 'Message',
    id: short('msg', m.msgid),
    key: m.msgid,
    conversation,
    channel: 'WECOM',
    kind: m.kind ?? 'TEXT',
    sourceKind: m.msgtype,
    from,
    to,
    sentAt: at,
    receivedAt: new Date(m.msgtime + 1_800).toISOString(),
    at,
    body,
    text: [body.title, body.text].filter(Boolean).join('\n'),
    recalledBy: null,
    recalls: null,
    state: m.state ?? 'SEALED',
    index: world.order.length,
    raw: original,
  }
  if (m.recalls) {
    const before = [...conversation.list].reverse().find((x) => x.key === m.recalls)
    if (before) {
      message.recalls = before
      before.recalledBy = message
    }
  }
  conversation.list.push(message)
  world.messages.set(message.id, message)
  world.order.push(message)
  return message
}
