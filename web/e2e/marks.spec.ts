// The watermark: over every page that shows content, by its code found in the audit trail; and the view of another user.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'

test('a page with content carries a mark whose code leads to the event', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/customers', '客户')
  const mark = admin.locator('[data-mark]')
  await expect(mark).toHaveCount(1)
  const code = (await mark.getAttribute('data-mark')) ?? ''
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  await shell.open('/audit', '审计')
  const filters = admin.getByRole('button', { name: /筛选/ })
  if (await filters.isVisible()) await filters.click()
  const box = admin.getByRole('textbox', { name: '水印码' })
  await box.fill(code.toLowerCase().replace('-', ''))
  await box.press('Enter')
  const table = admin.getByRole('table', { name: '审计事件' })
  const row = table.getByRole('button', { name: /打开了带水印的页面/ })
  await expect(row).toHaveCount(1)
  await row.click()
  await expect(table.getByText('客户列表')).toBeVisible()
  await expectNoSideways(admin)
  await expectAccessible(admin)
  await admin.getByRole('button', { name: '返回全部事件' }).click()
  await expect(admin).not.toHaveURL(/code=/)
})

test('a code that nothing has is said to be so', async ({ admin }) => {
  await new Shell(admin).open('/audit?code=0000-0000', '审计')
  await expect(admin.getByText('没有这个水印码')).toBeVisible()
})

test('the mark is in the way of nothing, comes back when removed, and is printed', async ({
  admin,
}) => {
  const shell = new Shell(admin)
  await shell.open('/search?q=kind%3Atext')
  const mark = admin.locator('[data-mark]')
  await expect(mark).toHaveCount(1)
  await mark.evaluate((sheet) => sheet.remove())
  await expect(mark).toHaveCount(1)
  await mark.evaluate((sheet) => sheet.setAttribute('hidden', ''))
  await expect(mark).not.toHaveAttribute('hidden')
  await admin.emulateMedia({ media: 'print' })
  const look = await mark.evaluate((sheet) => {
    const { backgroundImage, pointerEvents, display, printColorAdjust } = getComputedStyle(sheet)
    return {
      backgroundImage: backgroundImage.slice(0, 9),
      pointerEvents,
      display,
      printColorAdjust,
    }
  })
  expect(look).toEqual({
    backgroundImage: 'url("data',
    pointerEvents: 'none',
    display: 'block',
    printColorAdjust: 'exact',
  })
  await admin.emulateMedia({ media: 'screen' })
  await admin.goto('/settings/account')
  await new Shell(admin).title.waitFor()
  await expect(mark).toHaveCount(0)
})

test('whether pages are marked is a setting', async ({ admin, isMobile }) => {
  test.skip(isMobile, 'the setting is of the whole archive')
  const shell = new Shell(admin)
  await shell.open('/settings/marks', '水印')
  await expect(admin.getByRole('switch', { name: '页面带水印' })).toBeChecked()
  await expectAccessible(admin)
})

test('what another user sees is shown under a banner, without messages', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/preview', '他人视角')
  await admin.getByRole('combobox', { name: '选择用户' }).click()
  await admin.getByTitle(/\(sales\)/).click()
  await expect(admin.getByRole('status').filter({ hasText: '您没有以此人身份登录' })).toBeVisible()
  await expect(admin.getByText('阅读会话与消息')).toBeVisible()
  await expect(admin.getByRole('table', { name: '能看到的客户' })).toBeVisible()
  await expect(admin.getByRole('table', { name: '能看到的会话' })).toBeVisible()
  await expect(admin.locator('[data-mark]')).toHaveCount(1)
  await expectNoSideways(admin)
  await expectAccessible(admin)
  await admin.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(admin)
})
