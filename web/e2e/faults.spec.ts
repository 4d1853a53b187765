// What the console does when something fails: it says so, keeps standing and offers the way on.
import { expect, expectAccessible, test } from './fixtures'
import { DoorPage } from './pages/door'
import { Shell } from './pages/shell'

test.describe('a server that cannot be reached', () => {
  test.use({ allowedFaults: [[/Failed to load resource/], { scope: 'test' }] })

  test('is said, and trying again goes on', async ({ admin }) => {
    let broken = true
    await admin.route('/graphql', (route) =>
      broken && route.request().postData()?.includes('query Customers')
        ? route.abort('connectionrefused')
        : route.fallback(),
    )
    await new Shell(admin).open('/customers', '客户')
    await expect(admin.getByRole('alert')).toContainText('连接不上服务器')
    await expectAccessible(admin)
    broken = false
    await admin.getByRole('button', { name: '重试' }).click()
    await expect(admin.getByRole('table', { name: '客户' })).toBeVisible()
  })
})

test('a fault of the server is said in words', async ({ admin }) => {
  await admin.route('/graphql', (route) => {
    if (!route.request().postData()?.includes('query AllStaff')) return route.fallback()
    const errors = [{ message: 'x', extensions: { code: 'INTERNAL' } }]
    return route.fulfill({ json: { data: null, errors } })
  })
  await new Shell(admin).open('/staff', '员工')
  await expect(admin.getByRole('alert')).toContainText('服务器内部出错')
})

test('a session that has ended leads to the door and back again', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/customers', '客户')
  await admin.context().clearCookies()
  const navigation = await shell.navigation()
  await navigation.getByRole('link', { name: '员工' }).click()
  await expect(new DoorPage(admin).login).toBeVisible()
  await expect(admin).toHaveURL(/to=%2Fstaff/)
})

test('something that is not there says so', async ({ admin }) => {
  for (const path of ['/customers/nothing', '/messages/nothing', '/imports/nothing']) {
    await admin.goto(path)
    await expect(admin.getByText('没有找到，或者不在您可见的范围内。')).toBeVisible()
  }
})
