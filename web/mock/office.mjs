// What the mock answers about accounts, imports and itself.
import { randomBytes } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { factors } from './factor.mjs'
import { page } from './page.mjs'

const ALL = [
  'READ_CONTENT',
  'SEARCH',
  'READ_DIRECTORY',
  'IMPORT',
  'READ_IMPORTS',
  'READ_LEDGER',
  'READ_SYSTEM',
  'MANAGE_USERS',
  'MANAGE_OWN_ACCOUNT',
  'MANAGE_OWN_TOKENS',
  'OPERATE',
  'MANAGE_ROLES',
  'EXPORT_EVIDENCE',
  'MANAGE_PEOPLE',
  'READ_AUDIT',
]
const CAN = {
  OWNER: ALL,
  SECURITY_ADMINISTRATOR: ALL.filter(
    (a) => !['IMPORT', 'MANAGE_USERS', 'OPERATE', 'READ_AUDIT', 'EXPORT_EVIDENCE'].includes(a),
  ),
  STAFF: [
    'READ_CONTENT',
    'SEARCH',
    'READ_DIRECTORY',
    'READ_LEDGER',
    'MANAGE_OWN_ACCOUNT',
    'MANAGE_OWN_TOKENS',
  ],
}
const ROLES = [
  'OWNER',
  'SYSTEM_ADMINISTRATOR',
  'SECURITY_ADMINISTRATOR',
  'AUDITOR',
  'DEPARTMENT_HEAD',
  'STAFF',
  'EVIDENCE_OFFICER',
  'INTEGRATION',
].map((builtIn) => ({
  __typename: 'Role',
  id: `rol_${builtIn}`,
  name: builtIn.toLowerCase(),
  builtIn,
  actions: CAN[builtIn] ?? [],
  scope: { kind: 'EVERYTHING', staff: [], departments: [], customers: [] },
}))
export const PASSWORD = 'correct horse battery'
const ago = (ms) => new Date(Date.now() - ms).toISOString()
const DAY = 86_400_000
const fault = (code, message) => new GraphQLError(message, { extensions: { code } })

export function office({ setupNeeded, records, startedAt }) {
  const user = (login, name, role, more = {}) => ({
    __typename: 'User',
    id: `usr_${login}`,
    login,
    name,
    roles: ROLES.filter((r) => r.builtIn === role || role.includes(r.id)),
    active: true,
    createdAt: ago(90 * DAY),
    signedInAt: ago(DAY),
    ...more,
  })
  const users = [
    user('admin', '管理员', 'OWNER'),
    user('compliance', '周敏', 'SECURITY_ADMINISTRATOR'),
    user('sales', '王伟', 'STAFF'),
    user('former', '李磊', 'STAFF', { active: false, signedInAt: null }),
  ]
  const sessions = new Map()
  const tokens = [
    {
      __typename: 'Token',
      id: 'tok_1',
      name: '夜间导入脚本',
      scopes: ['IMPORT'],
      createdAt: ago(30 * DAY),
      expiresAt: ago(-60 * DAY),
      usedAt: ago(3_600_000),
    },
    {
      __typename: 'Token',
      id: 'tok_2',
      name: 'BI 读取',
      scopes: ['READ', 'LEDGER'],
      createdAt: ago(88 * DAY),
      expiresAt: ago(-2 * DAY),
      usedAt: null,
    },
  ]
  const imports = records === 0 ? [] : sampleImports(records)
  const state = { setupNeeded, failures: 0, lockedUntil: 0 }

  function open(login, agent) {
    const secret = randomBytes(18).toString('base64url')
    const address = '192.168.1.23'
    sessions.set(secret, {
      id: `ses_${secret.slice(0, 8)}`,
      login,
      createdAt: new Date().toISOString(),
      seenAt: new Date().toISOString(),
      address,
      agent,
      confirmedAt: Date.now(),
    })
    return secret
  }
  function viewerOf(secret) {
    const session = sessions.get(secret)
    const found = session && users.find((u) => u.login === session.login && u.active)
    if (!found) return null
    const others = [
      {
        id: 'ses_phone',
        login: found.login,
        createdAt: ago(3 * DAY),
        seenAt: ago(2 * 3_600_000),
        address: '10.8.0.14',
        agent:
          'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
      },
    ]
    const own = [...sessions.values()].filter((s) => s.login === found.login)
    return {
      user: found,
      ...second.parts(found),
      can: ALL.filter((a) => found.roles.some((role) => role.actions.includes(a))),
      sessionId: session.id,
      sessions: [...own, ...(state.othersEnded ? [] : others)].map((s) => ({
        __typename: 'Session',
        ...s,
        current: s.id === session.id,
      })),
      tokens,
    }
  }
  /** Logins of those who have yet to choose a password, by the token of their link. */
  const invitedBy = new Map()

  function need(context, action) {
    const viewer = viewerOf(context.secret)
    if (!viewer) throw fault('UNAUTHENTICATED', 'sign in first')
    if (action && !viewer.can.includes(action)) throw fault('FORBIDDEN', `needs ${action}`)
    return viewer
  }

  const second = factors({
    users,
    sessions,
    need,
    enter: (login, c) => {
      c.setCookie(open(login, c.agent))
      return viewerOf(c.secret)
    },
    password: (user) => user.password ?? PASSWORD,
  })
  const password = (text) =>
    text.length < 12 ? 'PASSWORD_TOO_SHORT' : text.length > 1024 ? 'PASSWORD_TOO_LONG' : null
  const importView = (i) => ({ ...i, rejects: (args) => page(i.rejectList, args) })

  const query = {
    ...second.query,
    roles: (_, c) => {
      need(c, 'MANAGE_USERS')
      return ROLES
    },
    viewer: (_, c) => viewerOf(c.secret),
    signOn: () => ({ directory: null, provider: null }),
    setup: () => ({
      needed: state.setupNeeded,
      version: '0.1.0-mock',
      passkeyDomain: null,
      signOn: null,
    }),
    // Packages are built by the real server only: here there are none.
    packages: (args, c) => {
      need(c, 'EXPORT_EVIDENCE')
      return page([], args, (one) => one)
    },
    package: () => null,
    imports: (args, c) => {
      need(c, 'READ_IMPORTS')
      return page(imports, args, importView)
    },
    import: ({ id }) => {
      const found = imports.find((i) => i.id === id)
      return found ? importView(found) : null
    },
    preview: ({ user: id }, c) => {
      need(c, 'MANAGE_ROLES')
      const found = users.find((u) => u.id === id)
      if (!found) throw fault('NOT_FOUND', 'user not found')
      const can = CAN[found.roles[0].builtIn] ?? []
      return { user: found, can, customers: null, conversations: null }
    },
    users: (_, c) => {
      need(c, 'MANAGE_USERS')
      return users.map((u) => ({ ...u, secondFactor: second.has(u.login) }))
    },
    system: (_, c) => {
      need(c, 'READ_SYSTEM')
      return system(startedAt, records)
    },
  }

  const mutation = {
    ...second.mutation,
    completeSetup: ({ input }, c) => {
      const refuse = (refusal) => ({ viewer: null, refusal, invitations: [] })
      if (!state.setupNeeded) return refuse('ALREADY_DONE')
      if (input.token !== 'mock-token') return refuse('LINK_INVALID')
      const refusal = password(input.password)
      if (refusal) return refuse(refusal)
      const { others } = input
      users.unshift(user(input.login, input.name, others ? 'SYSTEM_ADMINISTRATOR' : 'OWNER'))
      const invited = others
        ? [
            [others.security, 'SECURITY_ADMINISTRATOR'],
            [others.auditor, 'AUDITOR'],
          ]
        : []
      const invitations = invited.map(([{ login, name }, role]) => {
        users.push(user(login, name, role))
        invitedBy.set(`mock-invitation-${login}`, login)
        return { login, name, token: `mock-invitation-${login}` }
      })
      state.setupNeeded = false
      c.setCookie(open(input.login, c.agent))
      return { viewer: viewerOf(c.secret), refusal: null, invitations }
    },
    acceptInvitation: ({ input }, c) => {
      const login = invitedBy.get(input.token)
      if (!login) return { viewer: null, refusal: 'LINK_INVALID' }
      const refusal = password(input.password)
      if (refusal) return { viewer: null, refusal }
      invitedBy.delete(input.token)
      users.find((u) => u.login === login).password = input.password
      c.setCookie(open(login, c.agent))
      return { viewer: viewerOf(c.secret), refusal: null }
    },
    signIn: ({ input }, c) => {
      if (Date.now() < state.lockedUntil) {
        return {
          viewer: null,
          refusal: 'TOO_MANY_ATTEMPTS',
          retryAfterSeconds: Math.ceil((state.lockedUntil - Date.now()) / 1000),
          secondFactors: [],
        }
      }
      const found = users.find((u) => u.login === input.login && u.active)
      if (!found || input.password !== (found.password ?? PASSWORD)) {
        state.failures += 1
        if (state.failures >= 5) {
          state.lockedUntil = Date.now() + 30_000
          state.failures = 0
          return {
            viewer: null,
            refusal: 'TOO_MANY_ATTEMPTS',
            retryAfterSeconds: 30,
            secondFactors: [],
          }
        }
        return {
          viewer: null,
          refusal: 'WRONG_CREDENTIALS',
          retryAfterSeconds: null,
          secondFactors: [],
        }
      }
      state.failures = 0
      const challenge = second.challenge(found.login)
      if (challenge) {
        const secondFactors = ['CODE']
        return { viewer: null, refusal: 'SECOND_FACTOR_REQUIRED', challenge, secondFactors }
      }
      c.setCookie(open(found.login, c.agent))
      return { viewer: viewerOf(c.secret), refusal: null, secondFactors: [] }
    },
    signOut: (_, c) => {
      sessions.delete(c.secret)
      c.setCookie('')
      return { done: true }
    },
    revokeSession: ({ input }, c) => {
      need(c)
      if (input.id === 'ses_phone') state.othersEnded = true
      for (const [secret, s] of sessions) if (s.id === input.id) sessions.delete(secret)
      return { id: input.id }
    },
    revokeOtherSessions: (_, c) => {
      const viewer = need(c)
      state.othersEnded = true
      return { count: viewer.sessions.length - 1 }
    },
    changePassword: ({ input }, c) => {
      need(c, 'MANAGE_OWN_ACCOUNT')
      if (input.current !== PASSWORD) return { refusal: 'WRONG_PASSWORD' }
      return { refusal: password(input.new) }
    },
    createToken: ({ input }, c) => {
      second.fresh(c, 'MANAGE_OWN_TOKENS')
      if (!input.name.trim()) return { refusal: 'NAME_INVALID' }
      if (input.scopes.length === 0) return { refusal: 'NO_SCOPE' }
      const token = {
        __typename: 'Token',
        id: `tok_${tokens.length + 1}`,
        name: input.name,
        scopes: input.scopes,
        createdAt: ago(0),
        expiresAt: ago(-input.days * DAY),
        usedAt: null,
      }
      tokens.unshift(token)
      return { token, secret: `xj_${randomBytes(24).toString('base64url')}`, refusal: null }
    },
    revokeToken: ({ input }, c) => {
      need(c)
      tokens.splice(
        tokens.findIndex((t) => t.id === input.id),
        1,
      )
      return { id: input.id }
    },
    createUser: ({ input }, c) => {
      second.fresh(c, 'MANAGE_USERS')
      if (users.some((u) => u.login === input.login)) return { refusal: 'LOGIN_TAKEN' }
      const refusal = password(input.password)
      if (refusal) return { refusal }
      const made = user(input.login, input.name, input.roles, {
        createdAt: ago(0),
        signedInAt: null,
        password: input.password,
      })
      users.push(made)
      return { user: made, refusal: null }
    },
    setUserActive: ({ input }, c) => {
      const viewer = second.fresh(c, 'MANAGE_USERS')
      const found = users.find((u) => u.id === input.id)
      if (found.id === viewer.user.id) return { user: found, refusal: 'YOURSELF' }
      found.active = input.active
      return { user: found, refusal: null }
    },
    startImport: ({ input }, c) => {
      need(c, 'IMPORT')
      if (imports[0]?.state === 'RUNNING') return { import: null, refusal: 'ANOTHER_IS_RUNNING' }
      const made = runningImport(input.file, c)
      imports.unshift(made)
      return { import: importView(made), refusal: null }
    },
  }
  return { query, mutation, imports, importView, need, state, open, users }
}

function sampleImports(records) {
  const base = { __typename: 'Import', failure: null, startedBy: '管理员' }
  const rejectList = [
    {
      line: 118,
      reason: 'NOT_JSON',
      excerpt: '{"msgid":"1747113220706429","action":"send","from":',
    },
    {
      line: 2_091,
      reason: 'NO_MESSAGE_ID',
      excerpt:
        '{"action":"send","from":"staff018","tolist":["wm5f5c3b34b867e25f89f0d2b4582999"],"msgtime":1735702814753}',
    },
    { line: 16_936, reason: 'CUT_OFF', excerpt: '{"msgid":"28915318439324452' },
  ]
  return [
    {
      ...base,
      id: 'imp_2',
      fileName: 'wecom-2026-11.ndjson.zst',
      fileBytes: 812_337,
      state: 'DONE',
      read: records + 3,
      added: records,
      known: 0,
      rejected: 3,
      bytes: 4_773_176,
      startedAt: ago(26 * 3_600_000),
      endedAt: ago(26 * 3_600_000 - 900),
      rejectList,
    },
    {
      ...base,
      id: 'imp_1',
      fileName: '导出_旧系统.ndjson',
      fileBytes: 90_112,
      state: 'FAILED',
      read: 400,
      added: 400,
      known: 0,
      rejected: 0,
      bytes: 90_112,
      startedAt: ago(5 * DAY),
      endedAt: ago(5 * DAY - 400),
      failure: 'the file is not valid zstd: frame 2 is cut off',
      rejectList: [],
    },
  ]
}

function runningImport(file, context) {
  const size = file?.size ?? 500_000
  const total = Math.max(20, Math.round(size / 280))
  const made = {
    __typename: 'Import',
    id: `imp_${Date.now()}`,
    fileName: file?.name ?? 'file.ndjson',
    fileBytes: size,
    state: 'RUNNING',
    read: 0,
    added: 0,
    known: 0,
    rejected: 0,
    bytes: 0,
    startedBy: '管理员',
    startedAt: ago(0),
    endedAt: null,
    failure: null,
    rejectList: [],
  }
  const timer = setInterval(() => {
    made.read = Math.min(total, made.read + Math.ceil(total / 12))
    made.bytes = Math.round((made.read / total) * size)
    made.rejected = made.read === total ? 2 : 0
    made.added = made.read - made.rejected
    if (made.read === total) {
      made.state = 'DONE'
      made.endedAt = ago(0)
      made.rejectList = [
        { line: 7, reason: 'NOT_JSON', excerpt: 'hello' },
        { line: 12, reason: 'NOT_UTF8', excerpt: '\uFFFD\uFFFD' },
      ]
      clearInterval(timer)
    }
    context.changed()
  }, 250)
  return made
}

function system(startedAt, records) {
  const check = (name, state, detail, advice = null) => ({ name, state, detail, advice })
  return {
    version: '0.1.0-mock',
    startedAt,
    now: new Date().toISOString(),
    dataFolder: '/var/lib/xinju',
    indexLag: 0,
    recordBytes: records * 71,
    databaseBytes: 4_325_376,
    indexBytes: records * 64,
    mediaBytes: 0,
    freeBytes: 8_412_000_000,
    checks: [
      check('disk_space', 'WARNING', '8022 MB free', "make room on the data folder's file system"),
      check('index_lag', 'OK', '0 entries wait'),
      check('checkpoint', 'OK', `${records} of ${records} entries are under a signed checkpoint`),
      check('key_file', 'OK', 'only its owner can read the master key'),
      check('unheard_of', 'OK', 'a check that the console does not know'),
      check('clock', 'OK', `the clock says ${new Date().toISOString()}`),
    ],
  }
}
