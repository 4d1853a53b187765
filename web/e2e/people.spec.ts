// Roles, departments, staff, owners, users: making, changing, and what is refused. Against the real server only.
import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'

const real = process.env.XINJU_BIN ?? process.env.BASE_URL
test.skip(real === undefined, 'the mock has no people to change')

/** A name that no other test has. */
function fresh(what: string, project: string): string {
  return `${what} ${project} ${Date.now() % 10_000_000}`
}

/** Asks the API as whoever is signed in on the page. */
async function ask<R>(page: Page, query: string, variables: object = {}): Promise<R> {
  const answer = await page.request.post('/graphql', {
    headers: { 'X-Xinju-CSRF': '1' },
    data: { query, variables },
  })
  const { data } = (await answer.json()) as { data: R }
  return data
}

async function makeDepartment(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^(plus )?新建部门$/ }).click()
  await page.getByRole('dialog').getByLabel('名称').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
}

test('a role is copied, changed, held and not deleted, and deleted when nobody holds it', async ({
  admin,
}, { project }) => {
  const name = fresh('门诊客服', project.name)
  await new Shell(admin).open('/roles', '角色')
  const matrix = admin.getByRole('table', { name: '角色与权限对照表' })
  await expect(matrix.getByText('查看消息')).toBeVisible()
  await expectAccessible(admin)
  await expectNoSideways(admin)
  await admin.getByRole('button', { name: /^(copy )?复制角色$/ }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('名称').fill(name)
  await dialog.getByRole('button', { name: '复制' }).click()
  await expect(dialog.getByText('数据范围')).toBeVisible()
  await dialog.getByLabel(/^管理用户/).check()
  await dialog.getByLabel(/^查看审计/).check()
  await expect(dialog.getByText(/一个角色只能有一种权力/)).toBeVisible()
  await expect(dialog.getByRole('button', { name: '下一步' })).toBeDisabled()
  await expectAccessible(admin, '.ant-modal')
  await dialog.getByLabel(/^管理用户/).uncheck()
  await dialog.getByLabel(/^查看审计/).uncheck()
  await dialog.getByLabel(/^指定名单/).check()
  await expect(dialog.getByRole('combobox', { name: '部门' })).toBeVisible()
  await dialog.getByLabel(/^本部门及下级/).check()
  await dialog.getByRole('checkbox', { name: '电话号码' }).check()
  await dialog.getByRole('button', { name: '下一步' }).click()
  await expect(dialog.getByText('自己的客户 → 本部门及下级')).toBeVisible()
  await expect(dialog.getByText('增加 电话号码')).toBeVisible()
  await expect(dialog.getByText('权限', { exact: true })).toHaveCount(0)
  await expectAccessible(admin, '.ant-modal')
  await dialog.getByRole('button', { name: '确认更改' }).click()
  await expect(dialog).toBeHidden()
  const { users, roles } = await ask<{
    users: { id: string; login: string; roles: { id: string }[]; staff: { id: string } | null }[]
    roles: { id: string; name: string }[]
  }>(admin, '{ users { id login roles { id } staff { id } } roles { id name } }')
  const role = roles.find((one) => one.name === name)
  const sales = users.find((one) => one.login === 'sales')
  const give = (held: (string | undefined)[]) =>
    ask(
      admin,
      'mutation Give($input: SetUserRolesInput!) { setUserRoles(input: $input) { refusal } }',
      { input: { id: sales?.id, roles: held, staff: sales?.staff?.id } },
    )
  await give([...(sales?.roles.map((one) => one.id) ?? []), role?.id])
  await admin.reload()
  if (project.name === 'mobile') {
    await admin.getByRole('combobox', { name: '显示的角色' }).click()
    await admin.getByTitle(name).click()
  }
  await admin.getByRole('button', { name: `删除角色“${name}”` }).click()
  await expect(admin.getByRole('dialog', { name: /还有人持有，不能删除/ })).toBeVisible()
  await admin.getByRole('dialog').getByRole('button').last().click()
  await expect(admin.getByRole('dialog')).toBeHidden()
  await give(sales?.roles.map((one) => one.id) ?? [])
  await admin.reload()
  if (project.name === 'mobile') {
    await admin.getByRole('combobox', { name: '显示的角色' }).click()
    await admin.getByTitle(name).click()
  }
  await admin.getByRole('button', { name: `删除角色“${name}”` }).click()
  await admin.getByRole('dialog').getByRole('button', { name: '删除' }).click()
  await expect(admin.getByRole('columnheader', { name: new RegExp(name) })).toHaveCount(0)
})

test('a built-in role is held to a second step and to networks, and nobody locks themselves out unasked', async ({
  admin,
}, { project }) => {
  await new Shell(admin).open('/roles', '角色')
  // Each project has a role of its own, which no user of the demo holds.
  const role = project.name === 'mobile' ? '只读集成' : '证据专员'
  if (project.name === 'mobile') {
    await admin.getByRole('combobox', { name: '显示的角色' }).click()
    await admin.getByTitle(role).click()
  }
  await admin.getByRole('button', { name: `角色“${role}”的使用条件` }).click()
  const dialog = admin.getByRole('dialog')
  const next = dialog.getByRole('button', { name: '下一步' })
  await expect(dialog.getByText(/内置角色的权限、数据范围与遮蔽不能更改/)).toBeVisible()
  await expect(next).toBeDisabled()
  await dialog.getByRole('checkbox', { name: /^必须有两步验证/ }).check()
  await dialog.getByLabel('可用网络').fill('10.0.0.0/33')
  await expect(dialog.getByText('不是地址或网段：10.0.0.0/33')).toBeVisible()
  await expect(next).toBeDisabled()
  await dialog.getByLabel('可用网络').fill('10.1.2.3/8')
  await expect(dialog.getByText(/您现在的地址是 127\.0\.0\.1，不在这些网络之内/)).toBeVisible()
  await expect(next).toBeDisabled()
  await expectAccessible(admin, '.ant-modal')
  await expectNoSideways(admin)
  await dialog.getByRole('checkbox', { name: '这是有意的，仍要这样限制' }).check()
  await next.click()
  await expect(dialog.getByText('不要求两步验证 → 必须有两步验证')).toBeVisible()
  await dialog.getByRole('button', { name: '返回修改' }).click()
  await expect(dialog.getByLabel('可用网络')).toHaveValue('10.1.2.3/8')
  await next.click()
  await dialog.getByRole('button', { name: '确认更改' }).click()
  await expect(dialog).toBeHidden()
  const matrix = admin.getByRole('table', { name: '角色与权限对照表' })
  await expect(matrix.getByText('10.0.0.0/8')).toBeVisible()
  await admin.getByRole('button', { name: `角色“${role}”的使用条件` }).click()
  await dialog.getByRole('checkbox', { name: /^必须有两步验证/ }).uncheck()
  await dialog.getByLabel('可用网络').fill('')
  await next.click()
  await expect(dialog.getByText('10.0.0.0/8 → 不限')).toBeVisible()
  await dialog.getByRole('button', { name: '确认更改' }).click()
  await expect(dialog).toBeHidden()
})

test('departments are made, moved and not into themselves, and staff are put into them', async ({
  admin,
}, { project }) => {
  const name = fresh('住院部', project.name)
  const shell = new Shell(admin)
  await shell.open('/departments', '部门')
  await makeDepartment(admin, name)
  await admin.getByRole('button', { name: `移动“${name}”` }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('上级部门').fill(name)
  await admin.getByTitle(name, { exact: true }).last().click()
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByText('不能移到自己或自己的下级部门之下')).toBeVisible()
  await expectAccessible(admin)
  await admin.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  const account = `e2e${project.name}${Date.now()}`
  await shell.open('/staff', '员工')
  await admin.getByRole('button', { name: '导入表格' }).click()
  await admin.getByLabel('员工表格文件').setInputFiles({
    name: 'staff.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `姓名,账号,部门,状态\n王敏,${account},${name},在职\n错误,${account}x,没有的部门,在职\n`,
    ),
  })
  await expect(dialog.getByText('新建 1 人，更新 0 人，0 人没有变化。')).toBeVisible()
  await expect(dialog.getByText('第 3 行：')).toBeVisible()
  await expectAccessible(admin)
  await admin.keyboard.press('Escape')
  await shell.open('/departments', '部门')
  await admin.getByRole('button', { name: `删除部门“${name}”` }).click()
  await dialog.getByRole('button', { name: '删除' }).click()
  await expect(admin.getByText('部门里还有员工或下级部门，请先移走。')).toBeVisible()
  await admin.getByRole('link', { name }).click()
  await expect(admin.getByRole('link', { name: '王敏' })).toBeVisible()
  await admin.getByRole('link', { name: '王敏' }).click()
  await admin.getByRole('button', { name: '编辑' }).click()
  await dialog.getByText('离职', { exact: true }).click()
  await expectAccessible(admin)
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog).toBeHidden()
  await expect(admin.getByRole('main').getByText('离职', { exact: true })).toBeVisible()
})

test('a customer gets another owner, and it is explained who sees the customer', async ({
  admin,
}) => {
  const { customers, users } = await ask<{
    customers: { nodes: { id: string; name: string; owner: { id: string; name: string } | null }[] }
    users: { id: string; name: string; login: string; staff: { name: string } | null }[]
  }>(
    admin,
    '{ customers(first: 100) { nodes { id name owner { id name } } } users { id name login staff { name } } }',
  )
  const sales = users.find((user) => user.login === 'sales')
  const theirs = sales?.staff?.name ?? ''
  const other = customers.nodes.find((one) => one.owner && one.owner.name !== theirs)
  const shell = new Shell(admin)
  await shell.open(`/users/${sales?.id}`, sales?.name)
  await admin.getByRole('combobox', { name: '客户' }).fill(other?.name ?? '')
  await admin
    .locator('.ant-select-item-option', { hasText: other?.name ?? '' })
    .first()
    .click()
  await admin.getByRole('button', { name: '询问' }).click()
  await expect(admin.getByText(`${sales?.name} 看不到`)).toBeVisible()
  await expectAccessible(admin)
  await shell.open(`/customers/${other?.id}`, other?.name)
  await admin.getByRole('button', { name: '更换负责人' }).click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog.getByText(/现负责人/)).toBeVisible()
  await dialog.getByRole('combobox', { name: '新负责人' }).fill(theirs)
  await admin.locator('.ant-select-item-option', { hasText: theirs }).first().click()
  await expectAccessible(admin)
  await dialog.getByRole('button', { name: '移交' }).click()
  await expect(dialog).toBeHidden()
  await expect(admin.getByRole('list', { name: '历任负责人' }).getByText(theirs)).toBeVisible()
  await shell.open(`/users/${sales?.id}`, sales?.name)
  await admin.getByRole('combobox', { name: '客户' }).fill(other?.name ?? '')
  await admin
    .locator('.ant-select-item-option', { hasText: other?.name ?? '' })
    .first()
    .click()
  await admin.getByRole('button', { name: '询问' }).click()
  await expect(admin.getByText(`${sales?.name} 看得到`)).toBeVisible()
})

test('a service account gets a token that is shown once, and loses it', async ({ admin }, {
  project,
}) => {
  const name = fresh('对接程序', project.name)
  await new Shell(admin).open('/users', '用户')
  await admin.getByRole('button', { name: '新建服务账号' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('姓名').fill(name)
  await dialog.getByLabel('登录名').fill(`svc-${project.name}-${Date.now()}`)
  await expect(dialog.getByLabel('初始密码')).toHaveCount(0)
  await dialog.getByRole('button', { name: '新建' }).click()
  await expect(dialog).toBeHidden()
  await admin.getByRole('link', { name }).click()
  await admin.getByRole('button', { name: '新建令牌' }).click()
  await dialog.getByLabel('名称').fill('CRM')
  await dialog.getByRole('button', { name: '新建' }).click()
  const secret = (await dialog.locator('pre').first().textContent()) ?? ''
  expect(secret.length).toBeGreaterThan(20)
  await dialog.getByRole('button', { name: '我已保存' }).click()
  const count = async () => {
    const answer = await admin.request.fetch('/graphql', {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, Cookie: '' },
      data: { query: '{ customers { totalCount } }' },
    })
    return answer.status()
  }
  expect(await count()).toBe(200)
  await admin.getByRole('row', { name: /CRM/ }).getByRole('button', { name: '撤销' }).click()
  await dialog.getByRole('button', { name: '撤销' }).click()
  await expect(admin.getByText('没有令牌')).toBeVisible()
  await expectAccessible(admin)
})

test('roles of a user are given, and powers that belong apart are refused in words', async ({
  admin,
}, { project }) => {
  const login = `sec-${project.name}-${Date.now()}`
  await ask(
    admin,
    'mutation Make($input: CreateUserInput!) { createUser(input: $input) { refusal } }',
    {
      input: {
        login,
        name: login,
        password: 'a long enough password',
        roles: (
          await ask<{ roles: { id: string; builtIn: string }[] }>(admin, '{ roles { id builtIn } }')
        ).roles
          .filter((role) => role.builtIn === 'AUDITOR')
          .map((role) => role.id),
      },
    },
  )
  await new Shell(admin).open('/users', '用户')
  await admin.getByRole('link', { name: login }).click()
  await admin.getByRole('button', { name: '更改角色' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByRole('combobox', { name: '角色' }).click()
  await admin.getByTitle('安全合规管理员').click()
  // The list of a field with several values stays open over the buttons until one goes on elsewhere.
  await dialog.locator('.ant-modal-title').click()
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByText(/必须由不同的人掌握/)).toBeVisible()
  await expectAccessible(admin)
})

test('staff find none of these pages', async ({ sales }) => {
  const navigation = await new Shell(sales)
    .open('/', '概览')
    .then(() => new Shell(sales).navigation())
  for (const name of ['部门', '用户', '角色']) {
    await expect(navigation.getByRole('link', { name, exact: true })).toHaveCount(0)
  }
  for (const path of ['/users', '/roles']) {
    await sales.goto(path)
    await expect(sales.getByText('您不能查看此页')).toBeVisible()
  }
})
