// One message: the original, and a proof that the browser checks by itself.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'

const PASSED = '全部步骤由本页从字节重新算出，与账本相符。'

test('a proof is checked in the browser, every step', async ({ admin }) => {
  await admin.goto('/search?q=酒店')
  await admin.locator('a[href*="/messages/"]').first().click()
  await expect(admin).toHaveURL(/\/messages\/[^/]+#proof$/)
  await expect(admin.getByText(PASSED)).toBeVisible()
  await expect(admin.locator('#proof li').getByText('相符', { exact: true })).toHaveCount(6)
  await expect(admin.locator('#proof')).toBeFocused()
  await expectNoSideways(admin)
  await expectAccessible(admin)
  await admin.emulateMedia({ colorScheme: 'dark' })
  await expect(admin.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expectAccessible(admin)
})

test('staff check proofs of what they read as well', async ({ sales }) => {
  await sales.goto('/search?q=酒店')
  await sales.locator('a[href*="/messages/"]').first().click()
  await expect(sales.getByText(PASSED)).toBeVisible()
})

test('the original and the proof can be taken along', async ({ admin }) => {
  await admin.goto('/search?q=酒店')
  await admin.locator('a[href*="/messages/"]').first().click()
  await expect(admin.getByText(PASSED)).toBeVisible()
  for (const name of ['下载原始字节', '.tlog-proof', '条目与披露']) {
    const waiting = admin.waitForEvent('download')
    await admin.getByRole('link', { name }).click()
    const download = await waiting
    expect(await download.failure()).toBeNull()
  }
})

test('the original is shown laid out and as it came', async ({ admin }) => {
  await admin.goto('/search?q=酒店')
  await admin.locator('a[href*="/messages/"]').first().click()
  const text = admin.getByRole('region', { name: '原始记录' }).locator('pre')
  await text.waitFor()
  expect(await text.textContent()).toContain('{\n  "')
  await admin.getByText('原样', { exact: true }).click()
  await expect.poll(() => text.textContent()).not.toContain('{\n')
})

test('a message that is not there says so', async ({ admin }) => {
  await admin.goto('/messages/nowhere')
  await expect(admin.getByRole('alert')).toContainText('没有找到')
})
