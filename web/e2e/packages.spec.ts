// A lawyer's walk: from a search to a package that a second person agreed to, fetched by a link, and checked.
import type { Browser } from '@playwright/test'
import { expect, expectAccessible, expectNoSideways, signIn, test } from './fixtures'
import { Shell } from './pages/shell'

const PHRASE = 'correct horse battery'

test('a package goes from a search to a file that holds', async ({
  admin,
  browser,
  baseURL,
  isMobile,
}) => {
  test.skip(isMobile, 'one walk builds the package for both')
  const real = process.env.XINJU_BIN ?? process.env.BASE_URL
  test.skip(real === undefined, 'the mock builds nothing')
  test.slow()
  const shell = new Shell(admin)
  await shell.open('/packages', '证据包')
  await expectAccessible(admin)
  await admin.getByRole('link', { name: '制作证据包' }).first().click()
  await expect(shell.title).toHaveText('制作证据包')
  await admin.getByLabel('搜索条件').fill('地铁')
  await admin.getByRole('button', { name: '提交申请' }).click()
  await expect(admin.getByText('请填写申请理由。')).toBeVisible()
  await admin.getByLabel('申请理由').fill('装修合同纠纷')
  await admin.getByRole('button', { name: '添加遮蔽' }).click()
  await expectAccessible(admin)
  await expectNoSideways(admin)
  await admin.getByRole('button', { name: '移除' }).click()
  await admin.getByRole('button', { name: '提交申请' }).click()
  await expect(shell.title).toHaveText(/^EVID-/)
  await expect(admin.getByText('可以取用')).toBeVisible({ timeout: 120_000 })
  await expectAccessible(admin)
  await expectNoSideways(admin)

  // Its asker fetches it, and checks what was fetched.
  const downloading = admin.waitForEvent('download')
  await admin.getByRole('button', { name: '下载' }).click()
  const path = await (await downloading).path()
  await admin.getByRole('button', { name: '核验已存文件' }).click()
  await expect(admin.getByText('全部成立')).toBeVisible({ timeout: 30_000 })

  // By a link somebody without an account fetches it, once.
  await admin.getByLabel('口令').fill(PHRASE)
  await admin.getByRole('button', { name: '生成链接' }).click()
  const link = await admin.locator('code', { hasText: '/handover#' }).textContent()
  await fetchByLink(browser, baseURL, String(link))

  // Anybody who is signed in checks a file.
  await shell.open('/packages/verify', '核验证据包')
  await expectAccessible(admin)
  await admin.locator('input[type=file]').setInputFiles(String(path))
  await expect(admin.getByText('全部成立')).toBeVisible({ timeout: 30_000 })
  await expectAccessible(admin)
})

async function fetchByLink(browser: Browser, baseURL: string | undefined, link: string) {
  const context = await browser.newContext({ baseURL: baseURL ?? '' })
  const page = await context.newPage()
  await page.goto(`/handover${new URL(link).hash}`)
  await expectAccessible(page)
  await page.getByLabel('口令').fill('wrong horse battery')
  await page.getByRole('button', { name: '下载' }).click()
  await expect(page.getByRole('alert')).toContainText('口令不正确')
  await page.getByLabel('口令').fill(PHRASE)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载' }).click()
  expect((await downloading).suggestedFilename()).toMatch(/^EVID-.*\.zip$/)
  await context.close()
}

test('without the right to export there is no way in', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL: baseURL ?? '' })
  await signIn(context, 'sales')
  const page = await context.newPage()
  await page.goto('/packages')
  await expect(page.getByRole('link', { name: '证据包' })).toHaveCount(0)
  await context.close()
})
