// An identity provider for sign_on.py: `oidc-provider` as it is, or (second argument `bent`) one that signs what it is told to.
//
//     node provider.mjs straight REDIRECT_URI
//     node provider.mjs bent
//
// Prints its issuer when it is ready; ends with its standard input.
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import Provider from 'oidc-provider'

const [, , kind, redirect] = process.argv
const CLIENT = { id: 'xinju', secret: 'a client secret of thirty-two chars' }

/** Everybody may sign in by any name; the number of a person is never the name. */
function straight(issuer) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirect],
        response_types: ['code'],
        require_auth_time: true,
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id.split('/')[0], name: `Person ${id}` }),
    }),
  })
  return provider.callback()
}

/** What a code `FAULT.NONCE` gives. */
async function token(issuer, keys, fault, nonce) {
  const now = Math.floor(Date.now() / 1000)
  const claims = { nonce, preferred_username: 'admin', name: 'Admin', auth_time: now }
  const good = (jwt) => jwt.setIssuer(issuer).setAudience(CLIENT.id).setSubject('7')
  const times = (jwt, shift = 0) => jwt.setIssuedAt(now + shift).setExpirationTime(now + shift + 60)
  const header = { alg: 'ES256', kid: 'one' }
  const sign = (jwt, key = keys.right.privateKey) => jwt.setProtectedHeader(header).sign(key)
  const jwt = new SignJWT(claims)
  switch (fault) {
    case 'none': return sign(times(good(jwt)))
    case 'clock-50s-behind': return sign(times(good(jwt), -110))
    case 'clock-50s-ahead': return sign(times(good(jwt), 50))
    case 'expired': return sign(times(good(jwt), -180))
    case 'from-the-future': return sign(times(good(jwt), 600))
    case 'nonce': return sign(times(good(new SignJWT({ ...claims, nonce: 'another' }))))
    case 'no-nonce': return sign(times(good(new SignJWT({ ...claims, nonce: undefined }))))
    case 'audience': return sign(times(good(jwt)).setAudience('somebody-else'))
    case 'audiences': return sign(times(good(jwt)).setAudience([CLIENT.id, 'somebody-else']))
    case 'issuer': return sign(times(good(jwt)).setIssuer('https://id.example'))
    case 'key': return sign(times(good(jwt)), keys.wrong.privateKey)
    case 'unsigned': return times(good(new UnsecuredJWT(claims))).encode()
    case 'shared-key':
      return times(good(jwt)).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(CLIENT.secret))
    case 'no-token': return undefined
  }
}

async function bent(issuer) {
  const keys = { right: await generateKeyPair('ES256'), wrong: await generateKeyPair('ES256') }
  const jwk = { ...(await exportJWK(keys.right.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  const configuration = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }
  return async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const send = (value) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    if (request.url === '/.well-known/openid-configuration') return send(configuration)
    if (request.url === '/jwks') return send({ keys: [jwk] })
    const [fault, nonce] = (new URLSearchParams(body).get('code') ?? '').split('.')
    if (fault === 'huge') {
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(' '.repeat(2 * 1024 * 1024))
    }
    if (fault === 'redirect') {
      response.writeHead(302, { location: `${issuer}/jwks` })
      return response.end()
    }
    send({ access_token: 'a', token_type: 'Bearer', id_token: await token(issuer, keys, fault, nonce) })
  }
}

const server = createServer()
server.listen(0, '127.0.0.1', async () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  server.on('request', kind === 'bent' ? await bent(issuer) : straight(issuer))
  console.log(issuer)
})
process.stdin.on('end', () => process.exit(0)).resume()
