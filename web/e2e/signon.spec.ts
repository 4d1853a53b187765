// Single sign-on with a browser: the settings, the button, the way to another site and back, with cookies as browsers keep them.
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { DoorPage } from './pages/door'
import { Shell } from './pages/shell'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An identity provider that knows `admin` and asks nothing. By name another site than 127.0.0.1, as a real one is. */
async function provider(): Promise<{ server: Server; issuer: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  server.on('request', async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const send = (value: object) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    const url = new URL(request.url ?? '', issuer)
    if (url.pathname === '/auth') {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      back.searchParams.set('code', url.searchParams.get('nonce') ?? '')
      response.writeHead(200, { 'content-type': 'text/html' })
      return response.end(
        `<title>elsewhere</title><a href="${back.href.replaceAll('&', '&amp;')}">in</a>`,
      )
    }
    if (url.pathname === '/token') {
      const now = Math.floor(Date.now() / 1000)
      const nonce = new URLSearchParams(body).get('code')
      const who = { sub: '7', preferred_username: 'admin', auth_time: now, nonce }
      const claims = { ...who, iss: issuer, aud: 'xinju', iat: now, exp: now + 60 }
      const signed = `${encode({ alg: 'ES256', kid: 'one' })}.${encode(claims)}`
      const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      const token = `${signed}.${sign('sha256', Buffer.from(signed), options).toString('base64url')}`
      return send({ access_token: 'a', token_type: 'Bearer', id_token: token })
    }
    if (url.pathname === '/jwks') return send({ keys: [key] })
    send({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    })
  })
  return { server, issuer }
}

test.use({ allowedFaults: [/^foreign request: http:\/\/localhost:/] })

test('a provider is tried, set, used and turned off', async ({ admin }, { project }) => {
  test.skip(!process.env.XINJU_BIN && !process.env.BASE_URL, 'the mock server asks nobody')
  test.skip(project.name !== 'desktop', 'one archive has one provider')
  const { server, issuer } = await provider()
  const shell = new Shell(admin)
  await shell.open('/settings/signon', '单点登录')
  await expectNoSideways(admin)
  const form = admin.getByRole('main').locator('form').first()
  await form.getByLabel('登录按钮上的名称').fill('示例公司')
  await form.getByLabel('签发者地址').fill('http://elsewhere.example')
  await form.getByLabel('客户端 ID').fill('xinju')
  await form.getByRole('button', { name: '测试连接' }).click()
  await expect(form.getByText('地址不可用，或会以明文传送密文。')).toBeVisible()
  await form.getByLabel('签发者地址').fill(issuer)
  await form.getByRole('button', { name: '测试连接' }).click()
  await expect(form.getByText('连接成功。')).toBeVisible()
  await expectAccessible(admin)
  await form.getByRole('button', { name: /保\s*存/ }).click()
  await expect(admin.getByText('设置已保存')).toBeVisible()

  await admin.context().clearCookies()
  await new DoorPage(admin).open()
  await expectAccessible(admin)
  await admin.getByRole('link', { name: '使用示例公司登录' }).click()
  await expect(admin).toHaveTitle('elsewhere')
  await admin.getByRole('link', { name: 'in' }).click()
  await expect(shell.title).toHaveText('概览')
  const cookies = await admin.context().cookies()
  expect(cookies.map(({ name, sameSite }) => [name, sameSite])).toEqual([
    ['xinju_session', 'Strict'],
  ])

  await admin.goBack()
  await admin.goto('/signin/oidc/callback?state=x&code=y')
  await expect(shell.title).toHaveText('概览')
  await shell.open('/settings/signon', '单点登录')
  await admin.getByRole('button', { name: /停\s*用/ }).click()
  await expect(admin.getByText('已停用')).toBeVisible()
  server.close()
})
