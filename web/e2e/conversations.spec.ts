// Conversations: the list, the timeline, the ways through it.
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'
import { Timeline } from './pages/timeline'

test('the list is narrowed by kind and by person, and the address keeps it', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/conversations', '会话')
  await shell.main.locator('[data-row]').first().waitFor()
  await admin.getByText('群聊', { exact: true }).first().click()
  await expect(admin).toHaveURL(/kind=GROUP/)
  await admin.getByRole('combobox', { name: '客户或员工' }).click()
  await admin.locator('.ant-select-item-option').first().click()
  await expect(admin).toHaveURL(/(customer|staff)=/)
  await admin.reload()
  await expect(admin.getByRole('radio', { name: '群聊' })).toBeChecked()
  await expect(admin).toHaveURL(/kind=GROUP/)
})

test('a conversation opens at its newest message and jumps to its first', async ({ admin }) => {
  const shell = new Shell(admin)
  const timeline = new Timeline(admin)
  await shell.open('/conversations', '会话')
  await shell.main.locator('[data-row]').first().click()
  await timeline.feed.waitFor()
  const size = await timeline.size()
  await expect(timeline.at(size - 1)).toBeInViewport({ ratio: 0.9 })
  await admin.getByRole('button', { name: '最早的消息' }).click()
  await expect(timeline.at(0)).toBeInViewport()
  await expect(timeline.at(0).locator('time').first()).toHaveText(/^\d{4}-\d{2}-\d{2} 周.$/)
  await expectNoSideways(admin)
  await expectAccessible(admin)
  await admin.emulateMedia({ colorScheme: 'dark' })
  await expect(admin.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expectAccessible(admin)
})

test('an address leads to one message, and the way back ends at the one that was left', async ({
  admin,
  isMobile,
}) => {
  test.skip(isMobile, 'phones have no keyboard')
  const timeline = new Timeline(admin)
  await admin.goto('/search?q=酒店')
  await admin.locator('[data-row]').nth(1).click()
  await expect(timeline.sought).toBeInViewport()
  const place = Number(await timeline.sought.getAttribute('data-place'))
  await timeline.expectFocus(place)
  await admin.keyboard.press('k')
  await timeline.expectFocus(Math.max(0, place - 1))
  await admin.keyboard.press('j')
  await admin.keyboard.press('j')
  const there = Number(await timeline.focused())
  const id = await timeline.at(there).getAttribute('data-message')
  await admin.keyboard.press('Enter')
  await expect(admin).toHaveURL(new RegExp(`/messages/${id}$`))
  await new Shell(admin).title.waitFor()
  await admin.keyboard.press('Escape')
  await expect(admin).toHaveURL(new RegExp(`message=${id}`))
  await timeline.expectFocus(there)
  await admin.keyboard.press('Escape')
  await expect(admin).toHaveURL(/\/search\?q=/)
})

test('an address leads to a moment', async ({ admin }) => {
  const timeline = new Timeline(admin)
  await admin.goto('/search?q=酒店&order=OLDEST')
  await admin.locator('[data-row]').first().click()
  await expect(timeline.sought).toBeVisible()
  const at = await timeline.sought.locator('time[datetime]').last().getAttribute('datetime')
  const place = Number(await timeline.sought.getAttribute('data-place'))
  const address = new URL(admin.url())
  address.search = `?at=${encodeURIComponent(at ?? '')}`
  await admin.goto(address.href)
  await expect(timeline.at(place)).toBeInViewport()
})

test('a message that is elsewhere is told, and the newest is shown', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/conversations', '会话')
  await shell.main.locator('[data-row]').first().click()
  const timeline = new Timeline(admin)
  await timeline.feed.waitFor()
  await admin.goto(`${new URL(admin.url()).pathname}?message=nowhere`)
  await expect(admin.getByText('所要的消息不在此会话中，已显示最新的消息。')).toBeVisible()
  await timeline.feed.waitFor()
})
