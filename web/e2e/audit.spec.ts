// The audit trail: what people do is there at once, can be narrowed, opened and taken away.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'

test('a search is an event that is found by its words, opened and proven', async ({
  compliance,
}) => {
  const words = `绝无此句${Date.now()}`
  await compliance.goto(`/search?q=${words}`)
  await compliance.getByText('没有找到').first().waitFor()
  const shell = new Shell(compliance)
  await shell.open(`/audit?q=${words}`, '审计')
  const table = compliance.getByRole('table', { name: '审计事件' })
  const row = table.getByRole('button', { name: `搜索“${words}”` })
  await expect(row).toBeVisible()
  await row.click()
  await expect(row).toHaveAttribute('aria-expanded', 'true')
  await expect(table.getByText('search.run')).toBeVisible()
  await expectNoSideways(compliance)
  await expectAccessible(compliance)
  await compliance.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(compliance)
})

test('who looked at a customer is a step away', async ({ compliance }) => {
  const shell = new Shell(compliance)
  await shell.open('/customers', '客户')
  await shell.main.locator('[data-row] a, a[data-row]').first().click()
  await compliance.getByRole('link', { name: '谁看过' }).click()
  await expect(shell.title).toHaveText('审计')
  await expect(compliance).toHaveURL(/subject=.+group=looks|group=looks.+subject=/)
  const table = compliance.getByRole('table', { name: '审计事件' })
  await expect(table.getByRole('button', { name: /打开客户/ }).first()).toBeVisible()
  await expect(compliance.getByText(/^涉及：/).first()).toBeVisible()
})

test('rows are walked by j and k and opened by Enter', async ({ compliance, isMobile }) => {
  test.skip(isMobile, 'a phone has no keyboard')
  await new Shell(compliance).open('/audit', '审计')
  const rows = compliance.getByRole('table', { name: '审计事件' }).locator('[data-row]')
  await rows.first().waitFor()
  await compliance.keyboard.press('j')
  await expect(rows.first()).toBeFocused()
  await compliance.keyboard.press('j')
  await expect(rows.nth(1)).toBeFocused()
  await compliance.keyboard.press('k')
  await compliance.keyboard.press('Enter')
  await expect(rows.first()).toHaveAttribute('aria-expanded', 'true')
})

test('events are narrowed by kind and exported as they are narrowed', async ({
  compliance,
  isMobile,
}) => {
  test.skip(isMobile, 'once is enough')
  await new Shell(compliance).open('/audit', '审计')
  await compliance.getByRole('combobox', { name: '类别' }).click()
  await compliance.getByTitle('登录与密码').click()
  await expect(compliance).toHaveURL(/group=access/)
  const table = compliance.getByRole('table', { name: '审计事件' })
  await expect(table.getByRole('button', { name: '登录', exact: true }).first()).toBeVisible()
  const link = compliance.getByRole('link', { name: '导出表格' })
  await expect(link).toHaveAttribute('href', /actions=session\.start/)
  const download = compliance.waitForEvent('download')
  await link.click()
  expect((await download).suggestedFilename()).toBe('audit.csv')
})

test('nothing found says so', async ({ compliance }) => {
  await new Shell(compliance).open('/audit?subject=nobody', '审计')
  await expect(compliance.getByText('没有符合条件的事件')).toBeVisible()
  await expectAccessible(compliance)
})
