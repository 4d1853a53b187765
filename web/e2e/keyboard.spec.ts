// What hands on the keyboard can do.
import { expect, expectAccessible, test } from './fixtures'
import { Shell } from './pages/shell'

test.skip(({ isMobile }) => isMobile, 'phones have no keyboard')

test('/ goes to the search field, Escape leaves it, Enter searches', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/', '概览')
  await admin.keyboard.press('/')
  await expect(shell.search).toBeFocused()
  await admin.keyboard.press('Escape')
  await expect(shell.search).not.toBeFocused()
  await admin.keyboard.press('/')
  await admin.keyboard.type('酒店')
  await admin.keyboard.press('Enter')
  await expect(admin).toHaveURL(/\/search\?q=/)
})

test('j and k move through rows, Enter opens, Escape goes back', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/customers', '客户')
  const rows = shell.main.locator('[data-row]')
  await rows.first().waitFor()
  await admin.keyboard.press('j')
  await expect(rows.nth(0)).toBeFocused()
  await admin.keyboard.press('j')
  await expect(rows.nth(1)).toBeFocused()
  await admin.keyboard.press('k')
  await expect(rows.nth(0)).toBeFocused()
  const name = await rows.nth(0).getByRole('link').first().textContent()
  await admin.keyboard.press('Enter')
  await expect(shell.title).toHaveText(name ?? '')
  await admin.keyboard.press('Escape')
  await expect(shell.title).toHaveText('客户')
})

test('? shows the keys and Escape closes them', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/', '概览')
  await admin.keyboard.press('?')
  const help = admin.getByRole('dialog', { name: '键盘快捷键' })
  await expect(help).toBeVisible()
  await expectAccessible(admin)
  await admin.keyboard.press('Escape')
  await expect(help).toBeHidden()
  await expect(shell.title).toHaveText('概览')
})
