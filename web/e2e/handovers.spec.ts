// A leaver from suspension to signatures: planned, looked at, carried out in one step, signed by both sides.
import type { Page } from '@playwright/test'
import { PASSWORD } from '../playwright.config'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { DoorPage } from './pages/door'
import { Shell } from './pages/shell'

async function ask(page: Page, query: string, variables = {}) {
  const headers = { 'X-Xinju-CSRF': '1' }
  const answer = await page.request.post('/graphql', { headers, data: { query, variables } })
  return (await answer.json()).data
}

/** A leaver with a customer or more whom no other test has taken, and a successor with a user of their own. */
async function people(page: Page, project: string) {
  const { allStaff, roles } = await ask(
    page,
    '{ allStaff(first: 200) { nodes { id name state } } roles { id builtIn } }',
  )
  const active = allStaff.nodes.filter((one: { state: string }) => one.state === 'ACTIVE')
  // Each project takes its own from the end, where the others' tests do not look.
  const at = project === 'mobile' ? 4 : 2
  const [leaver, successor] = active.slice(active.length - at, active.length - at + 2)
  const login = `successor-${project}-${Date.now()}`
  const staff = roles.find((role: { builtIn: string }) => role.builtIn === 'STAFF')
  const make =
    'mutation Make($input: CreateUserInput!) { createUser(input: $input) { user { id } refusal } }'
  const made = await ask(page, make, {
    input: { login, name: login, roles: [staff.id], password: PASSWORD },
  })
  const link =
    'mutation Link($input: SetUserRolesInput!) { setUserRoles(input: $input) { refusal } }'
  const input = { id: made.createUser.user.id, roles: [staff.id], staff: successor.id }
  expect((await ask(page, link, { input })).setUserRoles.refusal).toBeNull()
  return { leaver, successor, login }
}

test('a leaver is handed over and both sides sign', async ({ admin }, { project }) => {
  const real = process.env.XINJU_BIN ?? process.env.BASE_URL
  test.skip(real === undefined, 'the mock hands nothing over')
  const { leaver, successor, login } = await people(admin, project.name)
  await admin.goto(`/staff/${leaver.id}`)
  await admin.getByRole('link', { name: '离职交接' }).click()
  const begin = admin.getByRole('dialog')
  await expect(begin.getByText(`${leaver.name} 的离职交接`)).toBeVisible()
  await expectAccessible(admin)
  await begin.getByLabel('立即停用').check()
  await begin.getByRole('button', { name: '发起并停用' }).click()
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(`${leaver.name} 的离职交接`)
  await expect(admin.getByText('计划中')).toBeVisible()
  await expectAccessible(admin)

  await admin.getByRole('button', { name: '加一条规则' }).click()
  await admin.getByLabel('规则 1 的接收人').fill(successor.name)
  await admin.getByTitle(successor.name, { exact: true }).last().click()
  await admin.keyboard.press('Escape')
  await admin.getByRole('button', { name: '保存规则' }).click()
  await expect(admin.getByText('可以执行')).toBeVisible()
  await expectNoSideways(admin)
  await admin.getByRole('button', { name: '执行移交' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: '执行移交' }).click()
  await expect(admin.getByText('待签字')).toBeVisible()

  await admin.getByRole('link', { name: `${leaver.name} → ${successor.name}` }).click()
  const sheet = admin.getByRole('article', { name: '客户信息交接表' })
  await expect(sheet).toBeVisible()
  await admin.getByRole('button', { name: '填写' }).click()
  await admin.getByRole('button', { name: '加一行' }).click()
  await admin.getByLabel('第 1 行的内容').fill('周五前报价')
  await admin.getByLabel('第 1 行的期限').fill('2026-12-04')
  await expectAccessible(admin)
  await expectNoSideways(admin)
  await admin.getByRole('button', { name: '保存', exact: true }).click()
  await expect(sheet.getByText('周五前报价')).toBeVisible()
  await admin.getByLabel('代签原因').fill('本人已离职，未到场')
  await admin.getByRole('button', { name: '签字', exact: true }).click()
  await expect(sheet.getByText('代签原因：本人已离职，未到场')).toBeVisible()
  await expectAccessible(admin)
  const form = admin.url()

  await admin.context().clearCookies()
  const door = new DoorPage(admin)
  await door.open()
  await door.enter(login, PASSWORD)
  await expect(new Shell(admin).title).toHaveText('概览')
  await admin.goto('/handovers')
  await admin.getByRole('link', { name: `${leaver.name} → ${successor.name}` }).click()
  await expect(admin).toHaveURL(form)
  await admin.getByRole('button', { name: '签字', exact: true }).click()
  await expect(admin.getByText('双方已签字')).toBeVisible()
  await expect(admin.getByRole('button', { name: '填写' })).toHaveCount(0)
})
