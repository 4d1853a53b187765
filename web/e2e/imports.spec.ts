// Bringing a file in: progress, figures, refused lines and their download.
import { expect, expectAccessible, test } from './fixtures'
import { Shell } from './pages/shell'

// One import at a time is the server's rule.
test.describe.configure({ mode: 'serial' })
test.skip(({ isMobile }) => isMobile, 'once is enough')

/** A file of messages that no other run has: some lines good, two that must be refused. */
function messages(mark: string): string {
  const good = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      msgid: `${mark}_${i}_external`,
      action: 'send',
      from: 'staff001',
      tolist: ['wm00000000000000000000000000e2e0'],
      roomid: '',
      msgtime: 1_760_000_000_000 + i * 1000,
      msgtype: 'text',
      text: { content: `第 ${i} 条，${mark}` },
    }),
  )
  good.splice(7, 0, 'hello', '{"action":"send","from":"staff001"}')
  return `${good.join('\n')}\n`
}

test('a file is imported, and its refused lines are listed', async ({ admin }) => {
  const shell = new Shell(admin)
  await shell.open('/imports', '导入')
  const name = `e2e-${Date.now()}.ndjson`
  await admin.getByLabel('消息文件').setInputFiles({
    name,
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(messages(name)),
  })
  await admin.getByRole('button', { name: '开始导入' }).click()
  const followed = admin.getByRole('heading', { level: 2, name })
  await expect(followed).toBeVisible()
  await expect(admin.getByText('已完成').first()).toBeVisible({ timeout: 20_000 })
  await expectAccessible(admin)
  await admin.getByRole('link', { name: '详情与拒收行' }).click()
  await expect(shell.title).toHaveText(name)
  const table = admin.getByRole('table', { name: '拒收的行' })
  await expect(table.getByRole('row')).toHaveCount(3)
  await expect(table).toContainText('不是 JSON 对象')
  const download = admin.waitForEvent('download')
  await admin.getByRole('link', { name: '下载全部拒收行' }).click()
  expect((await download).suggestedFilename()).toContain('rejects')
  await expectAccessible(admin)
})

test('without subscriptions the progress is asked for', async ({ admin }) => {
  await admin.routeWebSocket(/graphql/, (socket) => void socket.close())
  await new Shell(admin).open('/imports', '导入')
  const name = `e2e-polled-${Date.now()}.ndjson`
  await admin.getByLabel('消息文件').setInputFiles({
    name,
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(messages(name)),
  })
  await admin.getByRole('button', { name: '开始导入' }).click()
  await expect(admin.getByRole('heading', { level: 2, name })).toBeVisible()
  const row = admin
    .getByRole('table', { name: '历次导入' })
    .getByRole('row', { name: new RegExp(name) })
  await expect(row.getByText('已完成')).toBeVisible()
})
