// Passkeys with Chromium's virtual authenticator: adding one, signing in with it, confirming with it, removing it, and what must not open.
import type { CDPSession, Page } from '@playwright/test'
import { PASSWORD } from '../playwright.config'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { DoorPage } from './pages/door'
import { Shell } from './pages/shell'

// Passkeys need a name: to browsers an address of numbers is none.
const origin = process.env.BASE_URL ?? `http://localhost:${process.env.E2E_PORT ?? 8497}`
test.use({ baseURL: origin.replace('127.0.0.1', 'localhost') })
test.skip(!process.env.XINJU_BIN && !process.env.BASE_URL, 'the mock server knows no passkeys')

async function authenticator(page: Page): Promise<{ client: CDPSession; id: string }> {
  const client = await page.context().newCDPSession(page)
  await client.send('WebAuthn.enable')
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { client, id: authenticatorId }
}

async function ask(page: Page, query: string, variables = {}) {
  const headers = { 'X-Xinju-CSRF': '1' }
  return (await page.request.post('/graphql', { headers, data: { query, variables } })).json()
}

/** A user of this test alone, made by an administrator; the page is at the door afterwards. */
async function makeUser(admin: Page, login: string): Promise<void> {
  const { data } = await ask(admin, '{ roles { id builtIn } }')
  const staff = data.roles.find((role: { builtIn: string }) => role.builtIn === 'STAFF')
  const make = 'mutation Make($input: CreateUserInput!) { createUser(input: $input) { refusal } }'
  const input = { login, name: login, roles: [staff.id], password: PASSWORD }
  expect(await ask(admin, make, { input })).toEqual({ data: { createUser: { refusal: null } } })
  await admin.context().clearCookies()
}

test('a passkey is added, signs in, confirms, is renamed and removed', async ({ admin }, {
  project,
}) => {
  const login = `passkey-${project.name}-${Date.now()}`
  await makeUser(admin, login)
  const { client, id } = await authenticator(admin)
  const door = new DoorPage(admin)
  await door.open()
  await expectAccessible(admin)
  await door.enter(login, PASSWORD)
  const shell = new Shell(admin)
  await expect(shell.title).toHaveText('概览')

  await shell.open('/settings/account', '账号')
  await expect(admin.getByText('尚未添加通行密钥')).toBeVisible()
  await admin.getByRole('button', { name: '添加通行密钥' }).click()
  await expect(admin.getByText('通行密钥已添加')).toBeVisible()
  await expectAccessible(admin)
  await expectNoSideways(admin)
  expect(
    (await client.send('WebAuthn.getCredentials', { authenticatorId: id })).credentials,
  ).toHaveLength(1)
  await admin.getByRole('button', { name: '改名' }).click()
  await admin.getByRole('dialog').getByLabel('名称').fill('我的手机')
  await admin.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await expect(admin.getByText('我的手机')).toBeVisible()

  await shell.menu('退出登录')
  await admin.getByRole('button', { name: '使用通行密钥登录' }).click()
  await expect(shell.title).toHaveText('概览')

  // After the password it is the second step.
  await shell.open('/', '概览')
  await shell.menu('退出登录')
  await door.enter(login, PASSWORD)
  await expect(admin.getByRole('heading', { name: '两步验证' })).toBeVisible()
  await expectAccessible(admin)
  await admin.getByRole('button', { name: '使用通行密钥登录' }).click()
  await expect(shell.title).toHaveText('概览')

  // Something sensitive, as if the sign-in were long ago: the server's answer is the test's, the confirmation is real.
  let asked = 0
  await admin.route('/graphql', async (route) => {
    const operation = route.request().postDataJSON()?.operationName
    if (operation !== 'RemovePasskey' || asked > 0) return route.fallback()
    asked += 1
    const extensions = { code: 'CONFIRM_REQUIRED' }
    await route.fulfill({ json: { data: null, errors: [{ message: 'confirm', extensions }] } })
  })
  await shell.open('/settings/account', '账号')
  await admin.getByRole('button', { name: '移除' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: '移除' }).click()
  const question = admin.getByRole('dialog', { name: '请确认是您本人' })
  await expectAccessible(admin)
  await question.getByRole('button', { name: '用通行密钥确认' }).click()
  await expect(question).toBeHidden()
  await expect(admin.getByText('尚未添加通行密钥')).toBeVisible()
  expect(asked).toBe(1)

  // The device still has its copy, which opens nothing any more.
  await shell.open('/', '概览')
  await shell.menu('退出登录')
  await admin.getByRole('button', { name: '使用通行密钥登录' }).click()
  await expect(admin.getByText('这个通行密钥不能登录')).toBeVisible()
})

test('an answer opens once', async ({ admin }, { project }) => {
  const login = `replay-${project.name}-${Date.now()}`
  await makeUser(admin, login)
  await authenticator(admin)
  const door = new DoorPage(admin)
  await door.open()
  await door.enter(login, PASSWORD)
  const shell = new Shell(admin)
  await expect(shell.title).toHaveText('概览')
  await shell.open('/settings/account', '账号')
  await admin.getByRole('button', { name: '添加通行密钥' }).click()
  await expect(admin.getByText('通行密钥已添加')).toBeVisible()
  await shell.open('/', '概览')
  await shell.menu('退出登录')
  const sent = admin.waitForRequest(
    (request) => request.postDataJSON()?.operationName === 'SignInWithPasskey',
  )
  await admin.getByRole('button', { name: '使用通行密钥登录' }).click()
  const answer = (await sent).postDataJSON()
  await expect(shell.title).toHaveText('概览')
  const replayed = await ask(admin, answer.query, answer.variables)
  expect(replayed.data.signInWithPasskey).toMatchObject({ viewer: null, refusal: 'NOT_ACCEPTED' })
})
