// Coming in and going out.
import { PASSWORD } from '../playwright.config'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { DoorPage } from './pages/door'
import { Shell } from './pages/shell'

test('a visitor is asked to sign in and then gets to where the visitor wanted to go', async ({
  door,
}) => {
  const page = new DoorPage(door)
  await page.open('/customers?q=%E9%99%88')
  await expectAccessible(door)
  await expectNoSideways(door)
  await page.enter('admin', PASSWORD)
  await expect(new Shell(door).title).toHaveText('客户')
  await expect(door).toHaveURL(/\/customers\?q=/)
})

test('a wrong password is said and forgotten', async ({ door }) => {
  const page = new DoorPage(door)
  await page.open()
  await page.enter('compliance', 'not the password')
  await expect(page.fault).toHaveText('登录名或密码不对。')
  await expect(page.password).toHaveValue('')
  await expectAccessible(door)
})

test('too many attempts lock the form until the time is over', async ({ door }) => {
  await door.route('/graphql', async (route) => {
    if (!route.request().postData()?.includes('signIn')) return route.fallback()
    const refusal = { viewer: null, refusal: 'TOO_MANY_ATTEMPTS', retryAfterSeconds: 2 }
    await route.fulfill({ json: { data: { signIn: refusal } } })
  })
  const page = new DoorPage(door)
  await page.open()
  await page.enter('admin', 'guess')
  await expect(page.fault).toContainText('尝试次数过多')
  await expect(page.submit).toBeDisabled()
  await expect(page.fault).toBeHidden()
  await page.password.fill('guess')
  await expect(page.submit).toBeEnabled()
})

test('signing out forgets what was seen', async ({ sales }) => {
  const shell = new Shell(sales)
  await shell.open('/', '概览')
  await shell.menu('退出登录')
  await expect(new DoorPage(sales).login).toBeVisible()
  await sales.goto('/customers')
  await expect(new DoorPage(sales).login).toBeVisible()
})

test('the secret of a set-up link leaves the address at once', async ({ door }) => {
  await door.goto('/setup?token=secret-of-the-link')
  await expect(door.getByRole('heading', { name: '初次设置' })).toBeVisible()
  expect(door.url()).not.toContain('secret')
  expect(await door.evaluate(() => window.history.length)).toBeLessThanOrEqual(2)
  await expectAccessible(door)
})

test('an address that leads elsewhere is not followed after signing in', async ({ door }) => {
  const page = new DoorPage(door)
  await page.open('/signin?to=//example.com/')
  await page.enter('admin', PASSWORD)
  await expect(new Shell(door).title).toHaveText('概览')
})
