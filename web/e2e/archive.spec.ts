// The heart of it: find a message, read it in its conversation, see its proof.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { SearchPage } from './pages/search'
import { Shell } from './pages/shell'

test('a phrase is found, marked, and leads to the message and its proof', async ({ sales }) => {
  const search = new SearchPage(sales)
  await search.open('"酒店"')
  await expect(search.hits.first().locator('mark').first()).toHaveText('酒店')
  await expectNoSideways(sales)
  await expectAccessible(sales)
  await search.hits.first().getByRole('link', { name: '已封存' }).click()
  await expect(sales).toHaveURL(/\/messages\/.+#proof/)
  await expect(sales.getByText('服务器刚刚复核了叶、路径与签名：全部相符。')).toBeVisible()
  await expectNoSideways(sales)
  await expectAccessible(sales)
})

test('a query that cannot be read is said at its place', async ({ sales }) => {
  const search = new SearchPage(sales)
  await search.open('"酒店')
  await expect(search.fault).toContainText('引号没有配对')
  await expectAccessible(sales)
})

test('a search without hits says what to try', async ({ sales }) => {
  await new SearchPage(sales).open('绝无此语绝无此语')
  await expect(sales.getByText('没有找到', { exact: true })).toBeVisible()
  await expectAccessible(sales)
})

test('the order of hits lives in the address', async ({ sales }) => {
  const search = new SearchPage(sales)
  await search.open('酒店')
  await sales.getByText('最早', { exact: true }).click()
  await expect(sales).toHaveURL(/order=OLDEST/)
  await expect(search.hits.first()).toBeVisible()
})

test('a conversation opens at its end and goes to its beginning', async ({ sales }) => {
  const shell = new Shell(sales)
  const search = new SearchPage(sales)
  await search.open('酒店')
  await search.hits.first().getByRole('link').first().click()
  await expect(sales).toHaveURL(/\/conversations\//)
  const timeline = sales.getByRole('feed')
  await expect(timeline.locator('[aria-current]')).toBeInViewport()
  await expectNoSideways(sales)
  await expectAccessible(sales)
  await sales.getByRole('button', { name: '最早的消息' }).click()
  await expect(timeline.locator('[aria-posinset="1"]')).toBeInViewport()
  await sales.getByRole('button', { name: '最新的消息' }).click()
  const size = await timeline.locator('article').first().getAttribute('aria-setsize')
  await expect(timeline.locator(`[aria-posinset="${size}"]`)).toBeInViewport()
  await expect(shell.title).toBeVisible()
})
