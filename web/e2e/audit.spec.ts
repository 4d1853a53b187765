// The audit trail: what people do is there at once, can be narrowed, opened and taken away.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'

test('a search is an event that is found by its words, opened and proven', async ({ admin }) => {
  const words = `绝无此句${Date.now()}`
  await admin.goto(`/search?q=${words}`)
  await admin.getByText('没有找到').first().waitFor()
  const shell = new Shell(admin)
  await shell.open(`/audit?q=${words}`, '审计')
  const table = admin.getByRole('table', { name: '审计事件' })
  const row = table.getByRole('button', { name: `搜索“${words}”` })
  await expect(row).toBeVisible()
  await row.click()
  await expect(row).toHaveAttribute('aria-expanded', 'true')
  await expect(table.getByText('search.run')).toBeVisible()
  await expectNoSideways(admin)
  await expectAccessible(admin)
  await admin.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(admin)
})

test('who looked at a customer is a step away', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/customers', '客户')
  await shell.main.locator('[data-row] a, a[data-row]').first().click()
  await admin.getByRole('link', { name: '谁看过' }).click()
  await expect(shell.title).toHaveText('审计')
  await expect(admin).toHaveURL(/subject=.+group=looks|group=looks.+subject=/)
  const table = admin.getByRole('table', { name: '审计事件' })
  await expect(table.getByRole('button', { name: /打开客户/ }).first()).toBeVisible()
  await expect(admin.getByText(/^涉及：/).first()).toBeVisible()
})

test('rows are walked by j and k and opened by Enter', async ({ admin, isMobile }) => {
  test.skip(isMobile, 'a phone has no keyboard')
  await new Shell(admin).open('/audit', '审计')
  const rows = admin.getByRole('table', { name: '审计事件' }).locator('[data-row]')
  await rows.first().waitFor()
  await admin.keyboard.press('j')
  await expect(rows.first()).toBeFocused()
  await admin.keyboard.press('j')
  await expect(rows.nth(1)).toBeFocused()
  await admin.keyboard.press('k')
  await admin.keyboard.press('Enter')
  await expect(rows.first()).toHaveAttribute('aria-expanded', 'true')
})

test('events are narrowed by kind and exported as they are narrowed', async ({
  admin,
  isMobile,
}) => {
  test.skip(isMobile, 'once is enough')
  await new Shell(admin).open('/audit', '审计')
  await admin.getByRole('combobox', { name: '类别' }).click()
  await admin.getByTitle('登录与密码').click()
  await expect(admin).toHaveURL(/group=access/)
  const table = admin.getByRole('table', { name: '审计事件' })
  await expect(table.getByRole('button', { name: '登录', exact: true }).first()).toBeVisible()
  const link = admin.getByRole('link', { name: '导出表格' })
  await expect(link).toHaveAttribute('href', /actions=session\.start/)
  const download = admin.waitForEvent('download')
  await link.click()
  expect((await download).suggestedFilename()).toBe('audit.csv')
})

test('nothing found says so', async ({ admin }) => {
  // Reading the trail is an event about what was asked for: a name that was asked for before would find it.
  await new Shell(admin).open(`/audit?subject=nobody${Date.now()}`, '审计')
  await expect(admin.getByText('没有符合条件的事件')).toBeVisible()
  await expectAccessible(admin)
})
