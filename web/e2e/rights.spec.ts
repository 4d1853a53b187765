// The console offers what the viewer may do, and nothing else.
import { expect, test } from './fixtures'
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
