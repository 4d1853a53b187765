// The second factor from its first code to its removal, and the question before what is sensitive.
import { createHmac } from 'node:crypto'
import type { Page } from '@playwright/test'
import { PASSWORD } from '../playwright.config'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { DoorPage } from './pages/door'
import { Shell } from './pages/shell'

const STEP_MS = 30_000

/** The code that an authenticator app shows, a number of steps of 30 seconds from now (RFC 6238). */
function code(secret: string, steps = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('')
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + steps))
  const mac = createHmac('sha1', Buffer.from(bytes)).update(counter).digest()
  const number = mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

/** A user of this test alone, made by an administrator. */
async function makeUser(admin: Page, login: string): Promise<void> {
  const ask = async (query: string, variables = {}) => {
    const headers = { 'X-Xinju-CSRF': '1' }
    return (await admin.request.post('/graphql', { headers, data: { query, variables } })).json()
  }
  const { data } = await ask('{ roles { id builtIn } }')
  const staff = data.roles.find((role: { builtIn: string }) => role.builtIn === 'STAFF')
  const make = 'mutation Make($input: CreateUserInput!) { createUser(input: $input) { refusal } }'
  const input = { login, name: login, roles: [staff.id], password: PASSWORD }
  expect(await ask(make, { input })).toEqual({ data: { createUser: { refusal: null } } })
}

async function text(page: Page, name: string): Promise<string> {
  return (await page.getByRole('region', { name }).locator('pre').textContent()) ?? ''
}

test('a second factor is enrolled, asked for, replaced by a recovery code, and removed', async ({
  admin,
}, { project }) => {
  const login = `factor-${project.name}-${Date.now()}`
  await makeUser(admin, login)
  await admin.context().clearCookies()
  const door = new DoorPage(admin)
  await door.open()
  await door.enter(login, PASSWORD)
  const shell = new Shell(admin)
  await expect(shell.title).toHaveText('概览')

  await shell.open('/settings/account', '账号')
  await expect(admin.getByText('未启用', { exact: true })).toBeVisible()
  await expectAccessible(admin)
  await admin.getByRole('button', { name: '启用' }).click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog.getByRole('img', { name: '验证器应用的二维码' })).toBeVisible()
  const secret = await text(admin, '密钥')
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  await expectAccessible(admin)
  await expectNoSideways(admin)
  await dialog.getByLabel('动态码').fill('000000')
  await dialog.getByRole('button', { name: '确认' }).click()
  await expect(dialog.getByText('动态码不对，或已经用过')).toBeVisible()
  await dialog.getByLabel('动态码').fill(code(secret))
  await dialog.getByLabel('动态码').press('Enter')
  await expect(dialog.getByText('恢复码只显示这一次')).toBeVisible()
  const codes = (await text(admin, '恢复码')).split('\n')
  expect(codes).toHaveLength(10)
  await expectAccessible(admin)
  await dialog.getByRole('button', { name: '我已保存' }).click()
  await expect(dialog).toBeHidden()
  await expect(admin.getByText('已启用', { exact: true })).toBeVisible()
  await expect(admin.getByText('10 个', { exact: true })).toBeVisible()

  await shell.menu('退出登录')
  await door.enter(login, PASSWORD)
  await expect(admin.getByRole('heading', { name: '两步验证' })).toBeVisible()
  const field = admin.getByLabel('动态码')
  await expect(field).toBeFocused()
  await expect(field).toHaveAttribute('autocomplete', 'one-time-code')
  await expect(field).toHaveAttribute('inputmode', 'numeric')
  await expectAccessible(admin)
  await expectNoSideways(admin)
  await field.fill('000 000')
  await admin.getByRole('button', { name: '登录', exact: true }).click()
  await expect(admin.getByText('动态码不对，或已经用过')).toBeVisible()
  // The code of the next step: that of this one enrolled the app and is used up.
  await field.fill(code(secret, 1))
  await field.press('Enter')
  await expect(shell.title).toHaveText('概览')

  await shell.open('/', '概览')
  await shell.menu('退出登录')
  await door.enter(login, PASSWORD)
  await admin.getByRole('button', { name: '改用恢复码' }).click()
  await expect(admin.getByLabel('恢复码')).toBeFocused()
  await admin.getByLabel('恢复码').fill(codes[0]?.toLowerCase() ?? '')
  await admin.getByLabel('恢复码').press('Enter')
  await expect(shell.title).toHaveText('概览')

  await shell.open('/settings/account', '账号')
  await expect(admin.getByText('9 个', { exact: true })).toBeVisible()
  await admin.getByRole('button', { name: '停用', exact: true }).click()
  await admin.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click()
  await expect(admin.getByText('未启用', { exact: true })).toBeVisible()
})

test('a sensitive operation asks for the password and then goes on', async ({ admin }, {
  project,
}) => {
  let asked = 0
  await admin.route('/graphql', async (route) => {
    const operation = route.request().postDataJSON()?.operationName
    if (operation !== 'CreateToken' || asked > 0) return route.fallback()
    asked += 1
    const extensions = { code: 'CONFIRM_REQUIRED' }
    await route.fulfill({ json: { data: null, errors: [{ message: 'confirm', extensions }] } })
  })
  const shell = new Shell(admin)
  await shell.open('/settings/tokens', 'API 令牌')
  await admin.getByRole('button', { name: '新建令牌' }).click()
  const name = `fresh ${project.name} ${Date.now()}`
  await admin.getByRole('dialog').getByLabel('名称').fill(name)
  await admin.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  const question = admin.getByRole('dialog', { name: '请确认是您本人' })
  await expect(question.getByLabel('密码', { exact: true })).toBeFocused()
  await expectAccessible(admin)
  await question.getByLabel('密码', { exact: true }).fill('not the password')
  await question.getByRole('button', { name: '确认' }).click()
  await expect(question.getByText('密码不对')).toBeVisible()
  await question.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await question.getByRole('button', { name: '确认' }).click()
  await expect(question).toBeHidden()
  await expect(admin.getByText('密文只显示这一次')).toBeVisible()
  expect(asked).toBe(1)
})

test('who turns the question away is told that nothing was done', async ({ admin }) => {
  await admin.route('/graphql', async (route) => {
    if (route.request().postDataJSON()?.operationName !== 'SetSignInPolicy') return route.fallback()
    const extensions = { code: 'CONFIRM_REQUIRED' }
    await route.fulfill({ json: { data: null, errors: [{ message: 'confirm', extensions }] } })
  })
  await new Shell(admin).open('/settings/policy', '登录与审批规则')
  await expectAccessible(admin)
  await expectNoSideways(admin)
  await admin.getByRole('button', { name: '保存', exact: true }).click()
  const question = admin.getByRole('dialog', { name: '请确认是您本人' })
  await expect(question).toBeVisible()
  await admin.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(admin.getByRole('alert')).toHaveText('没有确认是您本人，操作没有进行。')
})

test('the policy is saved', async ({ admin }) => {
  await new Shell(admin).open('/settings/policy', '登录与审批规则')
  await admin.getByLabel('闲置多久退出登录（分钟）').fill('600')
  await admin.getByRole('button', { name: '保存', exact: true }).click()
  await expect(admin.getByText('登录规则已保存')).toBeVisible()
  await admin.reload()
  await expect(admin.getByLabel('闲置多久退出登录（分钟）')).toHaveValue('600')
})

test('where a second factor is demanded, it is all that is shown', async ({ sales }) => {
  await sales.route('/graphql', async (route) => {
    if (route.request().postDataJSON()?.operationName !== 'Session') return route.fallback()
    const response = await route.fetch()
    const answer = await response.json()
    await route.fulfill({
      json: { data: { ...answer.data, viewer: { ...answer.data.viewer, mustEnrol: true } } },
    })
  })
  await sales.goto('/customers')
  await expect(sales.getByRole('heading', { name: '请先启用两步验证' })).toBeVisible()
  await expect(sales.getByRole('navigation')).toHaveCount(0)
  await expectAccessible(sales)
  await expectNoSideways(sales)
  await sales.getByRole('button', { name: '开始' }).click()
  await expect(sales.getByRole('img', { name: '验证器应用的二维码' })).toBeVisible()
  await expectAccessible(sales)
})
