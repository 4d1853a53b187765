// The console offers what the viewer may do, and nothing else.
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './fixtures'
import { Shell } from './pages/shell'

test('staff find no imports, users or system', async ({ sales }) => {
  const shell = new Shell(sales)
  await shell.open('/', '概览')
  const navigation = await shell.navigation()
  await expect(navigation.getByRole('link', { name: '会话' })).toBeVisible()
  await expect(navigation.getByRole('link', { name: '导入' })).toHaveCount(0)
  await expect(navigation.getByRole('link', { name: '审计' })).toHaveCount(0)
  await shell.open('/settings/account', '账号')
  const places = sales.getByRole('navigation', { name: '设置' })
  await expect(places.getByRole('link')).toHaveText(['账号', '登录会话', 'API 令牌', '账本'])
})

test('a page that is not allowed says so', async ({ sales }) => {
  for (const path of ['/imports', '/audit', '/settings/users', '/settings/system']) {
    await sales.goto(path)
    await expect(sales.getByText('您不能查看此页')).toBeVisible()
  }
})

test('staff see the customers they own and nobody else', async ({ sales, browser, baseURL }) => {
  const real = process.env.XINJU_BIN ?? process.env.BASE_URL
  test.skip(real === undefined, 'the mock shows everything to everybody')
  const numbers = async (page: Page) => {
    const answer = await page.request.post('/graphql', {
      headers: { 'X-Xinju-CSRF': '1' },
      data: { query: '{ customers { totalCount } overview { records customers } }' },
    })
    const { customers, overview } = (await answer.json()).data
    expect(customers.totalCount).toBe(overview.customers)
    return overview
  }
  const whole = await browser.newContext({ baseURL })
  await signIn(whole, 'admin')
  const all = await numbers(await whole.newPage())
  const own = await numbers(sales)
  expect(own.customers).toBeGreaterThan(10)
  expect(own.customers).toBeLessThan(all.customers / 2)
  expect(own.records).toBeLessThan(all.records / 2)
  await whole.close()
})

test('compliance sees ledger and imports but cannot import or manage users', async ({
  compliance,
}) => {
  const shell = new Shell(compliance)
  await shell.open('/settings/ledger', '账本')
  await expect(compliance.getByText('验证密钥', { exact: true })).toBeVisible()
  await shell.open('/imports', '导入')
  await expect(compliance.getByRole('button', { name: '开始导入' })).toHaveCount(0)
  const places = compliance.getByRole('navigation', { name: '设置' })
  await shell.open('/settings/account', '账号')
  await expect(places.getByRole('link', { name: '用户' })).toHaveCount(0)
})
