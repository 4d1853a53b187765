// The first administrators of a new archive. The archive of these tests has its own, so that the answers are put in its place.
import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'

const VIEWER = {
  user: { id: 'u1', login: 'sys', name: '王系统', roles: [] },
  can: ['MANAGE_OWN_ACCOUNT'],
  sessionId: 's1',
  mustEnrol: false,
  secondFactor: null,
}

/** Answers the questions of a new archive; what was asked for when set-up was completed. */
async function newArchive(page: Page): Promise<() => unknown> {
  let input: unknown
  await page.route('/graphql', async (route) => {
    const { query, variables } = route.request().postDataJSON()
    if (query.includes('query Session')) {
      const setup = { needed: true, version: 'test' }
      return route.fulfill({ json: { data: { viewer: null, setup } } })
    }
    if (!query.includes('completeSetup')) return route.fallback()
    input = variables.input
    const invitations = [
      { login: 'sec', name: '李安全', token: 'of-sec' },
      { login: 'aud', name: '赵审计', token: 'of-aud' },
    ]
    const completeSetup = { viewer: VIEWER, refusal: null, invitations }
    return route.fulfill({ json: { data: { completeSetup } } })
  })
  return () => input
}

test('three administrators are made at once, two of them by links', async ({ door }) => {
  const asked = await newArchive(door)
  await door.goto('/setup?token=of-the-link')
  await door.getByText('三员分立').click()
  await expectNoSideways(door)
  await expectAccessible(door)
  const people = [
    ['王系统', 'sys'],
    ['李安全', 'sec'],
    ['赵审计', 'aud'],
  ] as const
  for (const [place, [name, login]] of people.entries()) {
    await door.getByLabel('姓名').nth(place).fill(name)
    await door.getByLabel('登录名').nth(place).fill(login)
  }
  await door.getByLabel('密码', { exact: true }).fill('correct horse battery')
  await door.getByLabel('再输入一次密码').fill('correct horse battery')
  await door.getByRole('button', { name: '完成设置并登录' }).click()
  await expect(door.getByRole('heading', { name: '请转交两个链接' })).toBeVisible()
  await expect(door.getByText(/\/invitation#token=of-sec$/)).toBeVisible()
  await expect(door.getByText(/\/invitation#token=of-aud$/)).toBeVisible()
  await expectNoSideways(door)
  await expectAccessible(door)
  expect(asked()).toEqual({
    token: 'of-the-link',
    name: '王系统',
    login: 'sys',
    password: 'correct horse battery',
    others: {
      security: { name: '李安全', login: 'sec' },
      auditor: { name: '赵审计', login: 'aud' },
    },
  })
})

test('a wrong invitation is said to be so, and its secret leaves the address', async ({ door }) => {
  await door.goto('/invitation#token=of-nobody')
  await expect(door.getByRole('heading', { name: '设置您的密码' })).toBeVisible()
  expect(door.url()).not.toContain('of-nobody')
  await door.getByLabel('密码', { exact: true }).fill('correct horse battery')
  await door.getByLabel('再输入一次密码').fill('correct horse battery')
  await door.getByRole('button', { name: '设置密码并登录' }).click()
  await expect(door.getByRole('alert')).toHaveText('链接无效、已用过或已过期。')
  await expectAccessible(door)
})
