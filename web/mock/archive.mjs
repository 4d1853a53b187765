// What the mock answers about messages and people.
import { createHash } from 'node:crypto'
import { page } from './page.mjs'
import { search } from './search.mjs'

const sha = (text) => createHash('sha256').update(text)

export function archive(world, log, ledger) {
  const conversations = () =>
    [...world.conversations.values()].sort((a, b) =>
      b.list.at(-1).at.localeCompare(a.list.at(-1).at),
    )
  const ofParty = (side, id) =>
    conversations().filter((c) => c.parties.some((p) => p[side]?.id === id))

  function messageView(m) {
    return {
      ...m,
      conversation: () => conversationView(m.conversation),
      from: party(m.from),
      to: m.to.map(party),
      recalledBy: m.recalledBy ? () => messageView(m.recalledBy) : null,
      recalls: m.recalls ? () => messageView(m.recalls) : null,
      seal: {
        state: m.state,
        index: m.index,
        checkpointSize: m.state === 'SEALED' ? ledger().checkpoint.size : null,
      },
      original: () => original(m),
      proof: () => (m.state === 'WAITING' ? null : log.proof(m, ledger())),
    }
  }
  const party = (p) => ({
    ...p,
    customer: p.customer ? () => customerView(p.customer) : null,
    staff: p.staff ? () => staffView(p.staff) : null,
  })

  function conversationView(c) {
    const outside = c.parties.filter((p) => p.side !== 'STAFF')
    const names = (list) => list.map((p) => p.name).join('、')
    return {
      ...c,
      title: c.kind === 'SINGLE' && outside.length ? names(outside) : names(c.parties),
      parties: c.parties.map(party),
      messageCount: c.list.length,
      firstAt: c.list[0].at,
      lastAt: c.list.at(-1).at,
      lastMessage: () => messageView(c.list.at(-1)),
      messages: (args) => {
        const start = args.at ? { offset: before(c, args.at) } : {}
        return page(c.list, { ...args, ...start }, messageView)
      },
      positionAt: ({ at }) => before(c, at),
      positionOf: ({ message }) => {
        const found = c.list.findIndex((m) => m.id === message)
        return found < 0 ? null : found
      },
    }
  }
  const before = (c, at) => c.list.filter((m) => m.at < new Date(at).toISOString()).length

  function customerView(c) {
    return {
      ...c,
      masked: [],
      followers: c.followers.map((f) => ({ ...f, staff: f.staff && staffView(f.staff) })),
      conversations: (args) => page(ofParty('customer', c.id), args, conversationView),
      lastContactAt: () => ofParty('customer', c.id)[0]?.list.at(-1).at ?? null,
    }
  }
  function staffView(s) {
    return { ...s, conversations: (args) => page(ofParty('staff', s.id), args, conversationView) }
  }
  const named = (rows, search) =>
    rows
      .filter(
        (r) =>
          !search ||
          r.name.includes(search) ||
          r.channelId === search ||
          r.identities?.some((i) => i.channelId === search),
      )
      .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))

  return {
    conversation: ({ id }) => {
      const found = conversations().find((c) => c.id === id)
      return found ? conversationView(found) : null
    },
    conversations: ({ filter, ...args }) =>
      page(
        conversations().filter(
          (c) =>
            (!filter?.kind || c.kind === filter.kind) &&
            (!filter?.customer || c.parties.some((p) => p.customer?.id === filter.customer)) &&
            (!filter?.staff || c.parties.some((p) => p.staff?.id === filter.staff)),
        ),
        args,
        conversationView,
      ),
    message: ({ id }) => (world.messages.has(id) ? messageView(world.messages.get(id)) : null),
    search: (args) => search(world, args, messageView),
    customer: ({ id }) => {
      const found = [...world.customers.values()].find((c) => c.id === id)
      return found ? customerView(found) : null
    },
    customers: ({ search, ...args }) =>
      page(named([...world.customers.values()], search), args, customerView),
    staff: ({ id }) => {
      const found = [...world.staff.values()].find((s) => s.id === id)
      return found ? staffView(found) : null
    },
    allStaff: ({ search, ...args }) =>
      page(named([...world.staff.values()], search), args, staffView),
    departments: () => world.departments,
    consistencyProof: () => [sha('a').digest('base64'), sha('b').digest('base64')],
  }
}

function original(m) {
  const bytes = Buffer.from(m.raw)
  return {
    withheld: false,
    format: 'wecom-json/1',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    text: m.raw,
    base64: bytes.toString('base64'),
    via: 'import',
    account: 'default',
    sourceId: m.key,
    cursor: null,
    import: null,
  }
}
