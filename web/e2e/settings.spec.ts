// Account, tokens, users, ledger, explorer.
import { expect, expectAccessible, test } from './fixtures'
import { Shell } from './pages/shell'

test('a token is made, its secret shown once, and revoked', async ({ admin }, { project }) => {
  const shell = new Shell(admin)
  const name = `e2e ${project.name} ${Date.now()}`
  await shell.open('/settings/tokens', 'API 令牌')
  await admin.getByRole('button', { name: '新建令牌' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('名称').fill(name)
  await expectAccessible(admin)
  await dialog.getByRole('button', { name: '新建' }).click()
  await expect(dialog.getByText('密文只显示这一次')).toBeVisible()
  const secret = await dialog.locator('pre').first().textContent()
  expect(secret?.length).toBeGreaterThan(20)
  await expectAccessible(admin)
  await dialog.getByRole('button', { name: '我已保存' }).click()
  await expect(dialog).toBeHidden()
  expect(await admin.content()).not.toContain(secret)
  const row = admin.getByRole('row', { name: new RegExp(name) })
  await row.getByRole('button', { name: '撤销' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: '撤销' }).click()
  await expect(row).toHaveCount(0)
})

test('a user is made, and a login that is taken is refused at its field', async ({ admin }, {
  project,
}) => {
  const shell = new Shell(admin)
  const login = `e2e-${project.name}-${Date.now()}`
  await shell.open('/settings/users', '用户')
  await admin.getByRole('button', { name: '新建用户' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('姓名').fill(login)
  await dialog.getByLabel('登录名').fill('sales')
  await dialog.getByLabel('初始密码').fill('a long enough password')
  await dialog.getByRole('button', { name: '新建' }).click()
  await expect(dialog.getByText('这个登录名已有人使用')).toBeVisible()
  await expectAccessible(admin)
  await dialog.getByLabel('登录名').fill(login)
  await dialog.getByRole('button', { name: '新建' }).click()
  await expect(dialog).toBeHidden()
  const row = admin.getByRole('row', { name: new RegExp(login) })
  await row.getByRole('button', { name: '停用' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: '停用' }).click()
  await expect(row.getByRole('button', { name: '恢复' })).toBeVisible()
})

test('a wrong present password is said at its field', async ({ compliance }) => {
  await new Shell(compliance).open('/settings/account', '账号')
  await compliance.getByLabel('现在的密码').fill('not the password')
  await compliance.getByLabel('新密码', { exact: true }).fill('a long enough password')
  await compliance.getByLabel('再输入一次新密码').fill('a long enough password')
  await compliance.getByRole('button', { name: '更改密码' }).click()
  await expect(compliance.getByText('现在的密码不对')).toBeVisible()
})

test('the ledger can be taken away', async ({ compliance }) => {
  await new Shell(compliance).open('/settings/ledger', '账本')
  await expect(compliance.getByText('检查点已覆盖全部条目')).toBeVisible()
  const download = compliance.waitForEvent('download')
  await compliance.getByRole('link', { name: '下载' }).click()
  await download
})

test('the explorer runs a query with the session of the viewer', async ({ admin }) => {
  await new Shell(admin).open('/explorer', 'API 浏览器')
  await admin.getByRole('button', { name: '账本', exact: true }).click()
  await admin.getByRole('button', { name: '运行' }).click()
  await expect(admin.getByRole('region', { name: '结果' })).toContainText('"verifierKey"')
  await admin.getByLabel('查询').fill('query { nothing }')
  await admin.getByLabel('查询').press('Control+Enter')
  await expect(admin.getByRole('region', { name: '结果' })).toContainText('"errors"')
})
