// A lawyer's walk: from a search to a case, to a package that a second person agreed to and sees named before it is built, to a
// file that goes out by a one-time link and holds for who never saw the archive. `SHOTS=folder` keeps a picture of every step.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { browserOf, comeIn, look, lookAllOver, type Person, picture, serve, stop } from './own'

const binary = process.env.XINJU_BIN
test.skip(binary === undefined, 'it makes an archive of its own')
test.skip(({ isMobile }) => isMobile, 'the walk looks at pages in both sizes')
test.setTimeout(600_000)

const KIND = '制作证据包'
const CASE = '装修合同纠纷'
const REASON = '法院要求举证'
const PHRASE = '另行告知的口令 2026'

test('a lawyer brings what was said to court', async ({ browser }) => {
  const server = await serve(binary ?? '', 'demo')
  const faults: string[] = []
  try {
    const file = join(server.folder, 'package.zip')
    await walk(browser, new URL(server.link).origin, faults, file)
    const said = execFileSync(binary ?? '', ['evidence', 'verify', file], { encoding: 'utf-8' })
    expect(said).not.toContain('WRONG')
    // What was asked for and refused until somebody agrees is no fault, nor is a wrong pass phrase.
    expect(faults.filter((fault) => !/status of 40[34]/.test(fault))).toEqual([])
  } finally {
    await stop(server)
  }
})

async function walk(browser: Browser, origin: string, faults: string[], file: string) {
  const [lawyer, head] = [
    await browserOf(browser, origin, faults),
    await browserOf(browser, origin, faults),
  ]
  await comeIn(lawyer, 'admin')
  await comeIn(head, 'compliance')
  await test.step('packages need two', () => needTwo(head))
  const address = await test.step('a case is opened and collects', () => collect(lawyer))
  await test.step('a package is asked for', () => ask(lawyer, address))
  await test.step('a second person sees what will happen', () => agree(head))
  await test.step('it is built', () => build(lawyer))
  const link = await test.step('a link is made', () => makeLink(lawyer))
  await test.step('it is fetched by the link, once', () =>
    fetchByLink(browser, origin, faults, link, file))
  await test.step('its custody is in the audit', () => custody(lawyer))
  for (const person of [lawyer, head]) await person.context.close()
}

async function needTwo({ page, shell }: Person) {
  await shell.open('/settings/policy', '登录与审批规则')
  await page.getByRole('checkbox', { name: KIND }).check()
  await page.getByRole('button', { name: '保存审批规则' }).click()
  await expect(page.getByText('审批规则已保存')).toBeVisible()
}

/** Opens a case and puts in what a search finds and one hit with its day; its address. */
async function collect({ page, shell }: Person): Promise<string> {
  await shell.open('/cases', '案件')
  await page.getByRole('button', { name: '新建案件' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('名称', { exact: true }).fill(CASE)
  await form.getByLabel('案号').fill('（2026）沪0104民初17号')
  await form.getByLabel('机构名称').fill('上海市徐汇区人民法院')
  await form.getByRole('button', { name: '加一名当事人' }).click()
  await form.getByLabel('当事人 1', { exact: true }).fill('张三')
  await look(page, 'open-case')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(shell.title).toHaveText(CASE)
  const address = new URL(page.url()).pathname

  await shell.open('/search?q=周末')
  await picture(page, 'search')
  await page.getByRole('button', { name: '把这条消息收入案件' }).first().click()
  await choose(page)
  await picture(page, 'collect-hit')
  await page.getByRole('dialog').getByRole('button', { name: '收入', exact: true }).click()
  await expect(page.getByText(`已收入“${CASE}”，第 1 项`)).toBeVisible()
  await page.getByRole('button', { name: '收入案件', exact: true }).click()
  await choose(page)
  await page.getByRole('dialog').getByRole('button', { name: '收入', exact: true }).click()
  await expect(page.getByText(`已收入“${CASE}”，第 2 项`)).toBeVisible()
  await shell.open(address, CASE)
  await lookAllOver(page, 'case')
  return address
}

async function choose(page: Page) {
  const field = page.getByRole('dialog').getByRole('combobox', { name: '案件', exact: true })
  await field.fill(CASE)
  await field.press('Enter')
}

/** Asks for a package of the case: alone that is refused, with a reason it waits for somebody. */
async function ask({ page, shell }: Person, address: string) {
  await shell.open(address, CASE)
  await page.getByRole('link', { name: KIND }).click()
  await expect(shell.title).toHaveText(KIND)
  await page.getByLabel('申请理由').fill(REASON)
  await page.getByLabel('证明目的').fill('双方对工期的约定')
  await page.getByLabel('提交给').fill('上海市徐汇区人民法院')
  await page.getByRole('button', { name: '添加遮蔽' }).click()
  await look(page, 'ask')
  await page.getByRole('button', { name: '移除' }).click()
  await page.getByRole('button', { name: '提交申请' }).click()
  const dialog = page.getByRole('dialog', { name: '需要另一人审批' })
  await dialog.getByLabel('理由').fill(REASON)
  await look(page, 'ask-approval')
  await dialog.getByRole('button', { name: '申请审批' }).click()
  await page.getByRole('dialog', { name: '已提交审批' }).getByRole('button').last().click()
  await expect(page).toHaveURL(/\/approvals\//)
  await look(page, 'waits')
  await shell.open('/packages', '证据包')
  await expect(page.getByText('还没有证据包')).toBeVisible()
}

async function agree({ page, shell }: Person) {
  await shell.open('/approvals', '审批')
  await page.getByRole('link', { name: KIND }).click()
  for (const words of [CASE, REASON, '双方对工期的约定', '上海市徐汇区人民法院']) {
    await expect(shell.main.getByText(words).first()).toBeVisible()
  }
  await lookAllOver(page, 'approval')
  await page.getByRole('button', { name: '同意', exact: true }).click()
  await expect(page.getByText('已同意，申请人可以执行了')).toBeVisible()
}

async function build({ page, shell }: Person) {
  await page.goto('/approvals?view=mine')
  await page.getByRole('link', { name: KIND }).click()
  await page.getByRole('button', { name: '执行', exact: true }).click()
  await expect(page.getByText('已执行').first()).toBeVisible()
  await shell.open('/packages', '证据包')
  await page.getByRole('link', { name: /^EVID-/ }).click()
  await expect(shell.title).toHaveText(/^EVID-/)
  await picture(page, 'progress')
  await expect(page.getByText('可以取用')).toBeVisible({ timeout: 120_000 })
  await expect(shell.main.getByRole('link', { name: '审批' })).toBeVisible()
  await lookAllOver(page, 'package')
  await page.getByRole('button', { name: '核验已存文件' }).click()
  await expect(page.getByText('全部成立')).toBeVisible({ timeout: 60_000 })
  await look(page, 'checked')
}

async function makeLink({ page }: Person): Promise<string> {
  await page.getByLabel('口令').fill(PHRASE)
  await page.getByRole('button', { name: '生成链接' }).click()
  const link = page.locator('code', { hasText: '/handover#' })
  await expect(link).toBeVisible()
  await look(page, 'link')
  return String(await link.textContent())
}

/** Fetches the file without an account, and shows that the link is worth nothing afterwards. */
async function fetchByLink(
  browser: Browser,
  origin: string,
  faults: string[],
  link: string,
  file: string,
) {
  const { page, context } = await browserOf(browser, origin, faults)
  const enter = async (phrase: string) => {
    await page.getByLabel('口令').fill(phrase)
    await page.getByRole('button', { name: '下载' }).click()
  }
  await page.goto(`/handover${new URL(link).hash}`)
  await look(page, 'handover')
  await enter('some other phrase')
  await expect(page.getByRole('alert')).toContainText('口令不正确')
  await look(page, 'handover-refused')
  const downloading = page.waitForEvent('download')
  await enter(PHRASE)
  await (await downloading).saveAs(file)
  await expect(page.getByRole('status')).toContainText('验证说明.txt')
  await look(page, 'handed-over')
  await page.reload()
  await enter(PHRASE)
  await expect(page.getByRole('alert')).toContainText('已使用')
  await context.close()
}

async function custody({ page, shell }: Person) {
  await shell.open('/packages', '证据包')
  await lookAllOver(page, 'packages')
  await page.getByRole('link', { name: /^EVID-/ }).click()
  await page.getByRole('link', { name: '在审计中查看' }).click()
  await expect(page.getByRole('table', { name: '审计事件' }).getByRole('row').nth(4)).toBeVisible()

  await look(page, 'custody')
}
