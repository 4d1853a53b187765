// An operator's walk: three administrators set a hospital up on a new archive, everybody sees what is theirs, a leaver is
// handed over, one approval goes yes and another no, and the auditor finds all of it. `SHOTS=folder` keeps a picture of every step.
import type { Browser, Page } from '@playwright/test'
import { PASSWORD } from '../playwright.config'
import { expect, test } from './fixtures'
import { browserOf, comeIn, look, lookAllOver, type Person, picture, serve, stop } from './own'
import {
  customersOf,
  DEPARTMENTS,
  directory,
  member,
  messages,
  STAFF,
  staffTable,
} from './pages/hospital'

const binary = process.env.XINJU_BIN
test.skip(binary === undefined, 'it makes an archive of its own')
test.skip(({ isMobile }) => isMobile, 'the walk looks at pages in both sizes')
test.setTimeout(900_000)

const HEAD = member('王敏')
const LEAVER = member('刘洋')
const SUCCESSOR = member('陈静')
const ROLE_KIND = '新建、修改或删除角色'

async function choosePassword(page: Page, button: string): Promise<void> {
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await page.getByLabel('再输入一次密码').fill(PASSWORD)
  await page.getByRole('button', { name: button }).click()
}

async function makeUser({ page, shell }: Person, login: string, name: string): Promise<void> {
  await shell.open('/users', '用户')
  await page.getByRole('button', { name: /新建用户$/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('姓名').fill(name)
  await dialog.getByLabel('登录名').fill(login)
  await dialog.getByLabel('初始密码').fill(PASSWORD)
  await dialog.getByRole('button', { name: '新建' }).click()
  await expect(dialog).toBeHidden()
}

/** Says which member of staff a user is, and gives one more role where one is named. */
async function giveRoles({ page, shell }: Person, name: string, role?: string): Promise<void> {
  await shell.open('/users', '用户')
  await page.getByRole('link', { name, exact: true }).first().click()
  await page.getByRole('button', { name: '更改角色' }).click()
  const dialog = page.getByRole('dialog')
  if (role) {
    await dialog.getByRole('combobox', { name: '角色' }).click()
    await page.getByTitle(role, { exact: true }).last().click()
    await page.keyboard.press('Escape')
  }
  await dialog.getByRole('combobox', { name: '对应员工' }).fill(name)
  await page.locator('.ant-select-item-option', { hasText: name }).first().click()
  await look(page, `roles-of-${name}`)
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog).toBeHidden()
}

/** Changes a condition of the role of staff, which somebody else has to agree with; the approval's address. */
async function askForRole(
  { page, shell }: Person,
  change: (dialog: ReturnType<Page['getByRole']>) => Promise<void>,
  reason: string,
): Promise<string> {
  await shell.open('/roles', '角色')
  await page.getByRole('button', { name: '角色“员工”的使用条件' }).click()
  const form = page.getByRole('dialog', { name: '角色“员工”的使用条件' })
  await change(form)
  await look(page, 'conditions')
  await form.getByRole('button', { name: '下一步' }).click()
  await look(page, 'changes')
  await page.getByRole('button', { name: '确认更改' }).click()
  const ask = page.getByRole('dialog', { name: '需要另一人审批' })
  await ask.getByLabel('理由').fill(reason)
  await look(page, 'ask-approval')
  await ask.getByRole('button', { name: '申请审批' }).click()
  await page.getByRole('dialog', { name: '已提交审批' }).getByRole('button').last().click()
  await expect(page).toHaveURL(/\/approvals\//)
  return new URL(page.url()).pathname
}

test('a hospital is set up, works, and is watched', async ({ browser }) => {
  const server = await serve(binary ?? '', 'serve')
  const origin = new URL(server.link).origin
  const faults: string[] = []
  try {
    await walk(browser, server.link, origin, faults)
    expect(faults.filter((fault) => !/status of 40[34]/.test(fault))).toEqual([])
  } finally {
    await stop(server)
  }
})

async function walk(browser: Browser, link: string, origin: string, faults: string[]) {
  const [system, security, auditor, head, successor] = [
    await browserOf(browser, origin, faults),
    await browserOf(browser, origin, faults),
    await browserOf(browser, origin, faults),
    await browserOf(browser, origin, faults),
    await browserOf(browser, origin, faults),
  ]

  await test.step('three administrators', async () => {
    const { page } = system
    await page.goto(link)
    await page.getByText('三员分立').click()
    const people = [
      ['何系统', 'system'],
      ['李安全', 'security'],
      ['赵审计', 'auditor'],
    ] as const
    for (const [place, [name, login]] of people.entries()) {
      await page.getByLabel('姓名').nth(place).fill(name)
      await page.getByLabel('登录名').nth(place).fill(login)
    }
    await look(page, 'setup')
    await choosePassword(page, '完成设置并登录')
    await expect(page.getByRole('heading', { name: '请转交两个链接' })).toBeVisible()
    await look(page, 'invitations')
    const links = await page.getByText(/\/invitation#token=/).allTextContents()
    expect(links).toHaveLength(2)
    await page.getByRole('button', { name: '已转交，进入控制台' }).click()
    await expect(system.shell.title).toHaveText('概览')

    // One link was lost: it is made anew, and the lost one is worth nothing.
    await system.shell.open('/users', '用户')
    await lookAllOver(page, 'users-invited')
    await page
      .getByRole('row', { name: /赵审计/ })
      .getByRole('button', { name: '重新邀请' })
      .click()
    await look(page, 'renew')
    await page.getByRole('dialog').getByRole('button', { name: '重新邀请' }).click()
    const renewed = page.getByText(/\/invitation#token=/)
    await expect(renewed).toBeVisible()
    await look(page, 'renewed')
    const second = (await renewed.textContent()) ?? ''
    await page.getByRole('button', { name: '我已保存' }).click()
    await auditor.page.goto(links[1] ?? '')
    await choosePassword(auditor.page, '设置密码并登录')
    await expect(auditor.page.getByRole('alert')).toHaveText('链接无效、已用过或已过期。')
    await look(auditor.page, 'invitation-ended')
    for (const [person, address, home] of [
      [security, links[0] ?? '', '概览'],
      [auditor, second, '审计'],
    ] as const) {
      // The same page with another secret is not loaded again by itself.
      await person.page.goto('/signin')
      await person.page.goto(address)
      await look(person.page, 'invitation')
      await choosePassword(person.page, '设置密码并登录')
      await expect(person.shell.title).toHaveText(home)
    }
  })

  await test.step('three departments and twenty members of staff', async () => {
    const { page, shell } = security
    await shell.open('/departments', '部门')
    for (const name of DEPARTMENTS) {
      await page
        .getByRole('button', { name: /新建部门$/ })
        .first()
        .click()
      await page.getByRole('dialog').getByLabel('名称').fill(name)
      await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
      await expect(page.getByRole('dialog')).toBeHidden()
    }
    await shell.open('/staff', '员工')
    await page.getByRole('button', { name: '导入表格' }).first().click()
    const table = { name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(staffTable()) }
    await page.getByLabel('员工表格文件').setInputFiles(table)
    await expect(page.getByText('新建 20 人，更新 0 人，0 人没有变化。')).toBeVisible()
    await look(page, 'staff-table')
    await page.keyboard.press('Escape')
    await expect(page.getByText('20 位员工')).toBeVisible()
    await lookAllOver(page, 'staff')
    await shell.open('/departments', '部门')
    await lookAllOver(page, 'departments')
    await shell.open('/roles', '角色')
    await lookAllOver(page, 'roles')
  })

  await test.step('messages and users', async () => {
    const { page, shell } = system
    await shell.open('/imports', '导入')
    const file = (name: string, text: string) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(text),
    })
    await page.getByLabel('消息文件').setInputFiles(file('hospital.ndjson', messages()))
    await page.getByLabel('通讯录（可不选）').setInputFiles(file('directory.json', directory()))
    await page.getByRole('button', { name: '开始导入' }).click()
    await expect(page.getByText('已完成').first()).toBeVisible({ timeout: 60_000 })
    await look(page, 'import')
    for (const one of [HEAD, LEAVER, SUCCESSOR]) await makeUser(system, one.account, one.name)
    await lookAllOver(page, 'users')
    await giveRoles(security, HEAD.name, '部门负责人')
    await giveRoles(security, LEAVER.name)
    await giveRoles(security, SUCCESSOR.name)
    await lookAllOver(security.page, 'user')
  })

  await test.step('a head sees the customers of her department', async () => {
    const { page, shell } = head
    await comeIn(head, HEAD.account)
    await shell.open('/customers', '客户')
    const own = STAFF.filter((one) => one.department === HEAD.department).flatMap(customersOf)
    await expect(shell.main.locator('[data-row]')).toHaveCount(own.length)
    for (const { name } of own) await expect(page.getByRole('link', { name })).toBeVisible()
    await look(page, 'customers-of-head')
    await page.getByRole('link', { name: customersOf(member('赵丽'))[0]?.name ?? '' }).click()
    await page.locator('a[href^="/conversations/"]').first().click()
    await expect(page.getByText('好的，已为您登记，请周三上午到院', { exact: true })).toBeVisible()
    await look(page, 'conversation-of-head')

    await security.shell.open('/customers', '客户')
    await security.page.getByRole('link', { name: '刘洋的客户1' }).click()
    await expect(security.shell.title).toHaveText('刘洋的客户1')
    await page.goto(new URL(security.page.url()).pathname)
    await expect(page.getByText('没有找到，或者不在您可见的范围内。')).toBeVisible()
    await look(page, 'not-hers')
    await page.goto('/audit')
    await expect(page.getByText('您不能查看此页')).toBeVisible()
    await look(page, 'not-allowed')
    const past = await page.request.post('/graphql', {
      headers: { 'X-Xinju-CSRF': '1' },
      data: { query: '{ auditEvents(first: 1) { totalCount } }' },
    })
    expect((await past.json()).errors[0].extensions.code).toBe('FORBIDDEN')
    await security.shell.open('/preview', '他人视角')
    await lookAllOver(security.page, 'preview')
    const preview = await security.page.request.post('/graphql', {
      headers: { 'X-Xinju-CSRF': '1' },
      data: { query: '{ users { id login } }' },
    })
    const users: { id: string; login: string }[] = (await preview.json()).data.users
    const id = users.find((one) => one.login === HEAD.account)?.id
    await security.shell.open(`/preview/${id}`)
    await lookAllOver(security.page, 'preview-of-head')
  })

  await test.step('a leaver is handed over', async () => {
    const { page, shell } = security
    await shell.open('/staff', '员工')
    await page.getByRole('link', { name: LEAVER.name, exact: true }).click()
    await lookAllOver(page, 'member')
    await page.getByRole('link', { name: '离职交接' }).click()
    const begin = page.getByRole('dialog')
    await begin.getByLabel('立即停用').check()
    await look(page, 'begin-handover')
    await begin.getByRole('button', { name: '发起并停用' }).click()
    await expect(page.getByText('计划中')).toBeVisible()
    await page.getByRole('button', { name: '加一条规则' }).click()
    await page.getByLabel('规则 1 的接收人').fill(SUCCESSOR.name)
    await page.getByTitle(SUCCESSOR.name, { exact: true }).last().click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: '保存规则' }).click()
    await expect(page.getByText('可以执行')).toBeVisible()
    await lookAllOver(page, 'handover-planned')
    await page.getByRole('button', { name: '执行移交' }).click()
    await look(page, 'carry-out')
    await page.getByRole('dialog').getByRole('button', { name: '执行移交' }).click()
    await expect(page.getByText('待签字')).toBeVisible()
    await lookAllOver(page, 'handover-done')
    const form = `${LEAVER.name} → ${SUCCESSOR.name}`
    await page.getByRole('link', { name: form }).click()
    await page.getByRole('button', { name: '填写' }).click()
    await page.getByRole('button', { name: '加一行' }).click()
    await page.getByLabel('第 1 行的内容').fill('周五前回复复查安排')
    await page.getByLabel('第 1 行的期限').fill('2026-12-04')
    await look(page, 'fill-in')
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByLabel('代签原因').fill('本人已离职，未到场')
    await page.getByRole('button', { name: '签字', exact: true }).click()
    await expect(page.getByText('代签原因：本人已离职，未到场')).toBeVisible()
    await comeIn(successor, SUCCESSOR.account)
    await successor.shell.open('/handovers', '离职交接')
    await lookAllOver(successor.page, 'own-forms')
    await successor.page.getByRole('link', { name: form }).click()
    await successor.page.getByRole('button', { name: '签字', exact: true }).click()
    await expect(successor.page.getByText('双方已签字')).toBeVisible()
    await lookAllOver(successor.page, 'form-signed')
    await successor.page.emulateMedia({ media: 'print' })
    await picture(successor.page, 'form-print')
    await successor.page.emulateMedia({ media: null })
    await successor.shell.open('/customers', '客户')
    await expect(successor.page.getByRole('link', { name: '刘洋的客户3' })).toBeVisible()
    await shell.open('/handovers', '离职交接')
    await lookAllOver(page, 'handovers')
  })

  await test.step('one approval goes yes and another no', async () => {
    const { page, shell } = security
    await shell.open('/settings/policy', '登录与审批规则')
    await page.getByRole('checkbox', { name: ROLE_KIND }).check()
    await page.getByRole('button', { name: '保存审批规则' }).click()
    await expect(page.getByText('审批规则已保存')).toBeVisible()
    await lookAllOver(page, 'policy')
    const yes = await askForRole(
      security,
      (form) => form.getByRole('checkbox', { name: /^必须有两步验证/ }).check(),
      '年底前全员启用两步验证',
    )
    await system.shell.open('/approvals', '审批')
    await lookAllOver(system.page, 'approvals')
    await system.shell.open(yes)
    await lookAllOver(system.page, 'approval')
    await system.page.getByRole('button', { name: '同意', exact: true }).click()
    await expect(system.page.getByText('已同意，申请人可以执行了')).toBeVisible()
    await shell.open(yes)
    await look(page, 'approved')
    await page.getByRole('button', { name: '执行', exact: true }).click()
    await expect(page.getByText('已执行').first()).toBeVisible()
    const no = await askForRole(
      security,
      (form) => form.getByLabel('可用网络').fill('10.0.0.0/8\n127.0.0.0/8'),
      '只许在院内使用',
    )
    await system.shell.open(no)
    await system.page.getByRole('textbox', { name: '说明' }).fill('外出随访的同事会进不来')
    await look(system.page, 'refuse')
    await system.page.getByRole('button', { name: '拒绝', exact: true }).click()
    await expect(system.page.getByText('已拒绝').first()).toBeVisible()
    await shell.open(no)
    await expect(page.getByText('外出随访的同事会进不来')).toBeVisible()
    await lookAllOver(page, 'refused')
    await shell.open('/roles', '角色')
    await expect(page.getByText('10.0.0.0/8')).toHaveCount(0)
    await lookAllOver(page, 'roles-after')
  })

  await test.step('the auditor finds all of it', async () => {
    const { page, shell } = auditor
    const table = page.getByRole('table', { name: '审计事件' })
    const find = async (search: string, act: RegExp) => {
      await page.goto(`/audit?${search}`)
      await expect(table.getByRole('button', { name: act }).first()).toBeVisible()
    }
    await shell.open('/audit', '审计')
    await lookAllOver(page, 'audit')
    await find('group=users', /重新生成邀请管理员/)
    await find('group=users', /受邀管理员.*设置了密码/)
    await find(`q=${HEAD.account}`, /新增用户/)
    await find('group=people', /发起.*的离职交接/)
    await find('group=people', /停用离职员工/)
    await find('group=people', /执行.*的客户移交/)
    await find('group=looks', /阅读 2 条消息/)
    await look(page, 'audit-of-reading')
    await page.goto('/audit?group=denied')
    await table
      .getByRole('button', { name: /被拒绝：/ })
      .first()
      .click()
    await look(page, 'audit-denied')
    await page.goto('/audit?group=approvals')
    await expect(table.getByRole('button', { name: /同意他人申请的操作/ }).first()).toBeVisible()
    await expect(table.getByRole('button', { name: /拒绝他人申请的操作/ }).first()).toBeVisible()
    await expect(table.getByRole('button', { name: /执行获批的操作/ }).first()).toBeVisible()
    await page.goto('/audit?group=people')
    await table
      .getByRole('button', { name: /修改角色/ })
      .first()
      .click()
    await look(page, 'audit-role')
    await expect(table.getByRole('button', { name: /签署交接表/ }).first()).toBeVisible()
    await expect(table.getByRole('button', { name: /交接表双方签字完成/ }).first()).toBeVisible()
    await look(page, 'audit-people')
  })

  await test.step('the pages that are left', async () => {
    const left: [Person, string, string][] = [
      [system, '/settings/signon', 'signon'],
      [system, '/settings/policy', 'policy-of-system'],
      [security, '/settings/marks', 'marks'],
      [head, '/settings/account', 'account'],
    ]
    for (const [person, path, name] of left) {
      await person.shell.open(path)
      await lookAllOver(person.page, name)
    }
  })
  for (const person of [system, security, auditor, head, successor]) await person.context.close()
}
