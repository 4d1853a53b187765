// A case from its opening to its close: collected from search and from a conversation, read, linked, taken out of.
import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'

async function ask(page: Page, query: string, variables = {}) {
  const headers = { 'X-Xinju-CSRF': '1' }
  const answer = await page.request.post('/graphql', { headers, data: { query, variables } })
  return (await answer.json()).data
}

/** A conversation with a few messages, and the words of one of them. */
async function talk(page: Page) {
  const { conversations } = await ask(
    page,
    '{ conversations(first: 50, filter: {kind: SINGLE}) { nodes { id messageCount messages(first: 5) { nodes { text } } } } }',
  )
  const found = conversations.nodes.find(
    (one: { messageCount: number; messages: { nodes: { text: string }[] } }) =>
      one.messageCount > 3 && one.messages.nodes.some((message) => message.text.length > 3),
  )
  return found as { id: string; messageCount: number }
}

/** Chooses the case in the dialog: other tests open cases too. */
async function choose(page: Page, name: string) {
  const field = page.getByRole('dialog').getByRole('combobox', { name: '案件', exact: true })
  await field.fill(name)
  await field.press('Enter')
  await expect(page.getByRole('dialog').getByText(name).last()).toBeVisible()
}

test('an officer collects, reads, links, takes out and closes', async ({
  compliance: page,
}, info) => {
  const real = process.env.XINJU_BIN ?? process.env.BASE_URL
  test.skip(real === undefined, 'the mock keeps no cases')
  const name = `装修合同纠纷 ${info.project.name} ${Date.now()}`
  const conversation = await talk(page)

  await page.goto('/cases')
  await expectAccessible(page)
  await page.getByRole('button', { name: '新建案件' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('名称', { exact: true }).fill(name)
  await form.getByLabel('案号').fill('2026-17')
  await form.getByLabel('机构名称').fill('Hong Kong High Court')
  await form.getByLabel('境外机构').check()
  await form.getByRole('button', { name: '加一名当事人' }).click()
  await form.getByLabel('当事人 1', { exact: true }).fill('张三')
  await expectAccessible(page)
  await form.getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
  await expect(page.getByText('境外机构，尚无批准文号')).toBeVisible()
  await expect(page.getByText('还没有收入内容')).toBeVisible()
  const address = page.url()

  // A single hit with its day.
  await page.goto(`/search?q=${encodeURIComponent(`conversation:${conversation.id}`)}`)
  await page.getByRole('button', { name: '把这条消息收入案件' }).first().click()
  const collect = page.getByRole('dialog')
  await choose(page, name)
  await expectAccessible(page)
  await collect.getByRole('button', { name: '收入', exact: true }).click()
  await expect(page.getByText(`已收入“${name}”，第 1 项`)).toBeVisible()
  // The whole result, standing.
  await page.getByRole('button', { name: '收入案件', exact: true }).click()
  await choose(page, name)
  await page.getByRole('dialog').getByText('持续收入').click()
  await page.getByRole('dialog').getByRole('button', { name: '收入', exact: true }).click()
  await expect(page.getByText(`已收入“${name}”，第 2 项`)).toBeVisible()
  // The conversation itself.
  await page.goto(`/conversations/${conversation.id}`)
  await page.getByRole('button', { name: '收入案件', exact: true }).click()
  await choose(page, name)
  await page.getByRole('dialog').getByRole('button', { name: '收入', exact: true }).click()
  await expect(page.getByText(`已收入“${name}”，第 3 项`)).toBeVisible()

  await page.goto(address)
  const items = page.getByRole('table', { name: '收入的内容' })
  await expect(items.getByRole('row')).toHaveCount(4)
  await expect(items.getByText('搜索（持续）')).toBeVisible()
  await expect(
    page.getByText(`${conversation.messageCount} 条消息`, { exact: false }).first(),
  ).toBeVisible()
  const thread = page.getByRole('list', { name: '消息' })
  await expect(thread.getByText('第 1、2、3 项').first()).toBeVisible()
  await expectAccessible(page)
  await expectNoSideways(page)

  // What leaves the case leaves a gap.
  for (const number of [3, 2]) {
    await page.getByRole('button', { name: `移出第 ${number} 项` }).click()
    await page.getByRole('dialog').getByRole('button', { name: '移出' }).click()
    await expect(page.getByRole('button', { name: `移出第 ${number} 项` })).toHaveCount(0)
  }
  await expect(items.getByRole('row')).toHaveCount(2)

  // The chain: a step without evidence is a gap, a file closes it.
  await page.getByRole('button', { name: '加一个环节' }).click()
  const step = page.getByRole('dialog')
  await step.getByLabel('发生了什么').fill('双方签约')
  await expectAccessible(page)
  await step.getByRole('button', { name: '保存' }).click()
  const chain = page.getByRole('list', { name: '证据链' })
  await expect(chain.getByText('没有证据')).toBeVisible()
  await page
    .getByLabel('给“双方签约”上传文件')
    .and(page.locator('input'))
    .setInputFiles({ name: '合同.txt', mimeType: 'text/plain', buffer: Buffer.from('abc') })
  await expect(
    chain.getByText('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'),
  ).toBeVisible()
  await expect(chain.getByText('没有证据')).toHaveCount(0)
  await expectAccessible(page)
  await expectNoSideways(page)
  const file = await page.request.get(
    (await chain.getByRole('link', { name: '下载 合同.txt' }).getAttribute('href')) ?? '',
  )
  expect(await file.text()).toBe('abc')

  await page.getByRole('button', { name: '结案', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '结案' }).click()
  await expect(page.getByText('已结案').first()).toBeVisible()
  await expect(page.getByRole('button', { name: '移出第 1 项' })).toHaveCount(0)
  await page.goto('/cases?state=CLOSED')
  await expect(page.getByRole('link', { name })).toBeVisible()
})

test('a case is not there for somebody who works on none', async ({ sales: page }) => {
  const real = process.env.XINJU_BIN ?? process.env.BASE_URL
  test.skip(real === undefined, 'the mock keeps no cases')
  await page.goto('/')
  await expect(page.getByRole('link', { name: '案件' })).toHaveCount(0)
  const answer = await ask(page, '{ cases(first: 1) { totalCount } }')
  expect(answer?.cases ?? null).toBeNull()
})
