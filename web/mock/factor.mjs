// What the mock answers about second factors and the sign-in policy. Codes are true ones (RFC 6238), as an app makes them.
import { createHmac, randomBytes } from 'node:crypto'
import { GraphQLError } from 'graphql'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const STEP_MS = 30_000
const FRESH_MS = 600_000

function base32(bytes) {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return bits.replace(/.{1,5}/g, (group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)])
}

function codeAt(secret, step) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

const newCodes = () =>
  Array.from({ length: 10 }, () =>
    base32(randomBytes(8))
      .slice(0, 12)
      .replace(/.{4}\B/g, '$&-'),
  )

/** Whether a code is good for a factor; it is used up then. */
function spend(factor, typed) {
  const code = typed.replace(/[\s-]/g, '').toUpperCase()
  const recovery = factor.codes.findIndex((left) => left.replaceAll('-', '') === code)
  if (recovery >= 0) factor.codes.splice(recovery, 1)
  if (recovery >= 0) return true
  const now = Math.floor(Date.now() / STEP_MS)
  const step = [now - 1, now, now + 1].find((s) => codeAt(factor.secret, s) === code)
  if (step === undefined || step <= factor.lastStep) return false
  factor.lastStep = step
  return true
}

export function factors({ users, sessions, need, enter, password }) {
  const byLogin = new Map()
  const begun = new Map()
  const challenges = new Map()
  let policy = { secondFactor: 'NOBODY', idleMinutes: 720, ageHours: 168, passwordChars: 10 }

  const fresh = (context, action) => {
    const viewer = need(context, action)
    const session = sessions.get(context.secret)
    if (Date.now() - (session.confirmedAt ?? 0) > FRESH_MS) {
      throw new GraphQLError('confirm who you are first', {
        extensions: { code: 'CONFIRM_REQUIRED' },
      })
    }
    return viewer
  }
  const administers = (user) =>
    user.roles.some((role) =>
      role.actions.some((a) => a === 'MANAGE_USERS' || a === 'MANAGE_ROLES'),
    )
  const demanded = (user) =>
    policy.secondFactor === 'EVERYBODY' ||
    (policy.secondFactor === 'ADMINISTRATORS' && administers(user))
  const stateOf = (login) => {
    const factor = byLogin.get(login)
    if (!factor) return null
    const { enrolledAt } = factor
    return { enrolledAt, recoveryCodesLeft: factor.codes.length, recoveryCodesAt: enrolledAt }
  }

  // Nothing needs approval here, and nothing waits for it.
  const nothing = { edges: [], nodes: [], totalCount: 0 }
  const pageInfo = {
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  }
  const query = {
    signInPolicy: () => policy,
    approvalPolicy: () => ({ kinds: [], hours: 24 }),
    approvalsWaiting: () => ({ toDecide: 0, toCarryOut: 0 }),
    approvals: () => ({ ...nothing, pageInfo }),
    approval: () => null,
  }
  const mutation = {
    signInSecondFactor: ({ input }, c) => {
      const challenge = challenges.get(input.challenge)
      if (!challenge || challenge.tries >= 5) return { refusal: 'CHALLENGE_INVALID' }
      challenge.tries += 1
      if (!spend(byLogin.get(challenge.login), input.code)) return { refusal: 'WRONG_CODE' }
      challenges.delete(input.challenge)
      return { viewer: enter(challenge.login, c), refusal: null }
    },
    beginEnrolment: (_, c) => {
      const { user } = fresh(c)
      const bytes = randomBytes(20)
      begun.set(user.login, bytes)
      const secret = base32(bytes)
      return { secret, uri: `otpauth://totp/Xinju:${user.login}?secret=${secret}&issuer=Xinju` }
    },
    confirmEnrolment: ({ input }, c) => {
      const { user } = need(c)
      const secret = begun.get(user.login)
      if (!secret) return { refusal: 'NOT_BEGUN' }
      const factor = { secret, lastStep: 0, codes: [], enrolledAt: new Date().toISOString() }
      if (!spend(factor, input.code)) return { refusal: 'WRONG_CODE' }
      factor.codes = newCodes()
      byLogin.set(user.login, factor)
      return { recoveryCodes: [...factor.codes], refusal: null }
    },
    renewRecoveryCodes: (_, c) => {
      const factor = byLogin.get(fresh(c).user.login)
      factor.codes = newCodes()
      return { recoveryCodes: [...factor.codes] }
    },
    removeSecondFactor: (_, c) => {
      const { user } = fresh(c)
      if (demanded(user)) return { refusal: 'DEMANDED' }
      return { refusal: byLogin.delete(user.login) ? null : 'NOT_ENROLLED' }
    },
    resetSecondFactor: ({ input }, c) => {
      fresh(c, 'MANAGE_USERS')
      const user = users.find((u) => u.id === input.id)
      if (!byLogin.delete(user.login)) return { refusal: 'NOT_ENROLLED' }
      return { user, refusal: null }
    },
    confirmIdentity: ({ input }, c) => {
      const { user } = need(c)
      const factor = byLogin.get(user.login)
      const good = factor ? spend(factor, input.code ?? '') : password(user) === input.password
      if (!good) return { refusal: factor ? 'WRONG_CODE' : 'WRONG_PASSWORD' }
      sessions.get(c.secret).confirmedAt = Date.now()
      return { refusal: null }
    },
    setSignInPolicy: ({ input }, c) => {
      fresh(c, 'MANAGE_USERS')
      if (input.idleMinutes < 5 || input.idleMinutes > 720) return { refusal: 'IDLE_MINUTES' }
      policy = { ...input }
      return { policy, refusal: null }
    },
  }
  return {
    query,
    mutation,
    fresh,
    /** What a viewer is told of their own. */
    parts: (user) => ({
      secondFactor: stateOf(user.login),
      passkeys: [],
      mustEnrol: demanded(user) && !byLogin.has(user.login),
    }),
    has: (login) => byLogin.has(login),
    /** The challenge for whoever knew the password; null where that is enough. */
    challenge: (login) => {
      if (!byLogin.has(login)) return null
      const challenge = randomBytes(32).toString('base64url')
      challenges.set(challenge, { login, tries: 0 })
      return challenge
    },
  }
}
