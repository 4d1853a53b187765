// Search: the query and its controls, hits, faults.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Timeline } from './pages/timeline'

test('hits are counted and marked, more come at the end', async ({ admin }) => {
  await admin.goto('/search?q=酒店')
  const rows = admin.locator('[data-row]')
  await rows.first().waitFor()
  await expect(admin.getByText(/^共 [\d,]+ 条/)).toBeVisible()
  await expect(rows.first().locator('mark').first()).toHaveText('酒店')
  await expectNoSideways(admin)
  await expectAccessible(admin)
  const first = await rows.count()
  await rows.last().scrollIntoViewIfNeeded()
  await expect.poll(() => rows.count()).toBeGreaterThan(first)
})

test('controls edit the text of the query', async ({ admin, isMobile }) => {
  await admin.goto('/search?q=酒店')
  if (isMobile) await admin.getByRole('button', { name: '筛选' }).click()
  const query = admin.getByRole('textbox', { name: '查询' })
  await admin.getByRole('button', { name: '有附件' }).click()
  await expect(query).toHaveValue('酒店 has:attachment')
  await admin.getByRole('button', { name: '有附件' }).click()
  await expect(query).toHaveValue('酒店')
  await admin.getByRole('combobox', { name: '消息类型' }).click()
  await admin.locator('.ant-select-item-option', { hasText: '图片' }).click()
  await expect(query).toHaveValue('酒店 kind:image')
  await expect(admin).toHaveURL(/kind(:|%3A)image/)
  await query.fill('酒店 from:nobody-at-all')
  await query.press('Enter')
  await expect(admin.getByText('没有找到', { exact: true })).toBeVisible()
})

test('a fault of the query is shown where it is', async ({ admin }) => {
  await admin.goto(`/search?q=${encodeURIComponent('退款 note:x')}`)
  const fault = admin.getByRole('alert')
  await expect(fault).toContainText('没有这个筛选名')
  await expect(fault).toContainText('第 4 个字符处')
  await expectAccessible(admin)
})

test('without a query there are examples, and they work', async ({ admin }) => {
  await admin.goto('/search')
  await expect(admin.getByRole('textbox', { name: '查询' })).toBeFocused()
  await expectAccessible(admin)
  await admin.getByRole('link', { name: '*', exact: true }).click()
  await expect(admin.getByText(/^共 [\d,]+ 条/)).toBeVisible()
})

test('the order is kept in the address', async ({ admin }) => {
  await admin.goto('/search?q=酒店')
  await admin.getByText('最早', { exact: true }).click()
  await expect(admin).toHaveURL(/order=OLDEST/)
  await admin.reload()
  await expect(admin.getByRole('radio', { name: '最早' })).toBeChecked()
})

test('hands on the keyboard: arrow down, Enter, and back', async ({ admin, isMobile }) => {
  test.skip(isMobile, 'phones have no keyboard')
  await admin.goto('/search?q=酒店')
  const rows = admin.locator('[data-row]')
  await rows.first().waitFor()
  await admin.keyboard.press('/')
  await expect(admin.getByRole('textbox', { name: '查询' })).toBeFocused()
  await admin.keyboard.press('ArrowDown')
  await expect(rows.first()).toBeFocused()
  await admin.keyboard.press('j')
  await expect(rows.nth(1)).toBeFocused()
  await admin.keyboard.press('Enter')
  await expect(new Timeline(admin).sought).toBeInViewport()
  await admin.goBack()
  await expect(rows.nth(1)).toBeVisible()
})
