// Every page, as it stands: no fault, no broken policy, accessible, no sideways scrolling; light, dark and in English.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'

const PAGES: [path: string, title: string][] = [
  ['/', '概览'],
  ['/conversations', '会话'],
  ['/search', '搜索'],
  ['/customers', '客户'],
  ['/staff', '员工'],
  ['/imports', '导入'],
  ['/audit', '审计'],
  ['/approvals', '审批'],
  ['/settings/account', '账号'],
  ['/settings/sessions', '登录会话'],
  ['/settings/tokens', 'API 令牌'],
  ['/settings/users', '用户'],
  ['/settings/signon', '单点登录'],
  ['/settings/system', '系统状态'],
  ['/settings/ledger', '账本'],
  ['/explorer', 'API 浏览器'],
]

for (const [path, title] of PAGES) {
  test(`${title} (${path})`, async ({ admin }) => {
    const shell = new Shell(admin)
    await shell.open(path, title)
    await expect(admin.getByRole('status', { name: '正在载入' })).toHaveCount(0)
    await expect(admin).toHaveTitle(new RegExp(`${title} · 信据`))
    await expectNoSideways(admin)
    await expectAccessible(admin)
    await admin.emulateMedia({ colorScheme: 'dark' })
    await expect(admin.locator('html')).toHaveAttribute('data-theme', 'dark')
    await expectAccessible(admin)
  })
}

test('the first of each thing opens', async ({ admin }) => {
  const shell = new Shell(admin)
  for (const path of ['/customers', '/staff', '/imports', '/conversations']) {
    await shell.open(path)
    await shell.main.locator('[data-row] a, a[data-row]').first().click()
    await expect(admin).toHaveURL(new RegExp(`${path}/.+`))
    await shell.title.waitFor()
    await expect(admin.getByRole('status', { name: '正在载入' })).toHaveCount(0)
    await expectNoSideways(admin)
    await expectAccessible(admin)
  }
})

test('an unknown address says so', async ({ admin }) => {
  await admin.goto('/nothing/here')
  await expect(admin.getByText('没有这个页面')).toBeVisible()
  await admin.getByRole('link', { name: '回到概览' }).click()
  await expect(new Shell(admin).title).toHaveText('概览')
})

test('the console speaks English and remembers it', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/', '概览')
  await shell.menu('English')
  await expect(shell.title).toHaveText('Overview')
  await admin.reload()
  await expect(shell.title).toHaveText('Overview')
  await expect(admin.locator('html')).toHaveAttribute('lang', 'en')
  await expectNoSideways(admin)
  await expectAccessible(admin)
})

test('a theme that was chosen holds against the system', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/', '概览')
  await shell.menu('深色')
  await expect(admin.locator('html')).toHaveAttribute('data-theme', 'dark')
  await admin.reload()
  await expect(admin.locator('html')).toHaveAttribute('data-theme', 'dark')
})
