// A second person's yes: one, a no, and nobody's own. The policy holds for the whole server, so that one walk does all of it.
import type { Browser, Page } from '@playwright/test'
import { expect, expectAccessible, expectNoSideways, signIn, test } from './fixtures'
import { Shell } from './pages/shell'

const KIND = '修改“继任者能否看到以前的消息”'

type Answer = { data: Record<string, Record<string, unknown>> | null; errors?: unknown[] }

async function ask(page: Page, query: string, input: unknown): Promise<Answer> {
  const answer = await page.request.post('/graphql', {
    headers: { 'X-Xinju-CSRF': '1' },
    data: { query, variables: { input } },
  })
  return answer.json()
}

/** Asks for approval of something; the id of the approval. */
async function asked(page: Page, operation: unknown, reason: string): Promise<string> {
  const query = `mutation A($input: AskApprovalInput!) {
    askApproval(input: $input) { approval { id } refusal because }
  }`
  const { data } = await ask(page, query, { operation, reason })
  expect(data?.askApproval).toMatchObject({ refusal: null })
  return String((data?.askApproval?.approval as { id?: string } | null)?.id)
}

async function pageOf(browser: Browser, baseURL: string | undefined, role: 'compliance') {
  const context = await browser.newContext({ baseURL: baseURL ?? '' })
  await signIn(context, role)
  return context.newPage()
}

test('approval goes yes, no, and never to oneself', async ({
  admin,
  browser,
  baseURL,
  isMobile,
}) => {
  test.skip(isMobile, 'the policy holds for both')
  const real = process.env.XINJU_BIN ?? process.env.BASE_URL
  test.skip(real === undefined, 'the mock approves nothing')
  const compliance = await pageOf(browser, baseURL, 'compliance')
  const shell = new Shell(admin)

  // It is turned on: from now on it guards itself.
  await shell.open('/settings/policy', '登录与审批规则')
  await admin.getByRole('checkbox', { name: KIND }).check()
  await expectAccessible(admin)
  await admin.getByRole('button', { name: '保存审批规则' }).click()
  await expect(admin.getByText('审批规则已保存')).toBeVisible()
  await admin.getByRole('button', { name: '保存审批规则' }).click()
  const dialog = admin.getByRole('dialog', { name: '需要另一人审批' })
  await expect(dialog).toBeVisible()
  await expectAccessible(admin)
  await dialog
    .getByRole('button', { name: /close|关闭/i })
    .first()
    .click()

  // Directly it is refused; asked for, it waits.
  const direct = `mutation D($input: SetSuccessorSeesHistoryInput!) {
    setSuccessorSeesHistory(input: $input) { sees }
  }`
  const refused = await ask(compliance, direct, { sees: false })
  expect(refused.errors?.[0]).toMatchObject({ extensions: { code: 'APPROVAL_REQUIRED' } })
  const first = await asked(compliance, { setSuccessorSeesHistory: { sees: false } }, '新规定')
  const own = `mutation O($input: ApproveOperationInput!) {
    approveOperation(input: $input) { refusal obstacle }
  }`
  const self = await ask(compliance, own, { id: first })
  expect(self.data?.approveOperation).toEqual({ refusal: 'OBSTACLE', obstacle: 'YOURSELF' })

  // The other sees the number, the reminder, exactly what will happen, and says yes.
  await shell.open('/', '概览')
  await expect(admin.getByText('有 1 项审批等您决定')).toBeVisible()
  await expectAccessible(admin)
  await admin.getByRole('link', { name: '去处理' }).click()
  await expect(shell.title).toHaveText('审批')
  await expectAccessible(admin)
  await admin.getByRole('link', { name: KIND }).click()
  await expect(admin.getByText('新规定')).toBeVisible()
  await expect(admin.locator('del')).toHaveText('是')
  await expect(admin.locator('ins')).toHaveText('否')
  await expectNoSideways(admin)
  await expectAccessible(admin)
  await admin.getByRole('button', { name: '同意', exact: true }).click()
  await expect(admin.getByText('已同意，申请人可以执行了')).toBeVisible()

  // Who asked carries it out.
  const theirs = new Shell(compliance)
  await theirs.open(`/approvals/${first}`)
  await compliance.getByRole('button', { name: '执行', exact: true }).click()
  await expect(compliance.getByText('已执行').first()).toBeVisible()

  // Another gets a no, with words.
  const second = await asked(compliance, { setSuccessorSeesHistory: { sees: true } }, '改回去')
  await shell.open(`/approvals/${second}`)
  await expect(admin.getByRole('button', { name: '拒绝', exact: true })).toBeDisabled()
  await admin.getByRole('textbox', { name: '说明' }).fill('没有必要')
  await admin.getByRole('button', { name: '拒绝', exact: true }).click()
  await expect(admin.getByText('已拒绝').first()).toBeVisible()
  await theirs.open(`/approvals/${second}`)
  await expect(compliance.getByText('没有必要')).toBeVisible()
  await expect(compliance.getByRole('button', { name: '执行', exact: true })).toHaveCount(0)

  // Turning it off takes two as well.
  const off = { setApprovalPolicy: { kinds: [], hours: 24 } }
  const last = await asked(compliance, off, '演示结束')
  await shell.open(`/approvals/${last}`)
  await admin.getByRole('button', { name: '同意', exact: true }).click()
  await expect(admin.getByText('已同意，申请人可以执行了')).toBeVisible()
  await theirs.open(`/approvals/${last}`)
  await compliance.getByRole('button', { name: '执行', exact: true }).click()
  await expect(compliance.getByText('已执行').first()).toBeVisible()
  await ask(compliance, direct, { sees: true })
  await compliance.context().close()
})
