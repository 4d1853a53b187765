// Files of messages: a zip is imported through the console, its picture is shown and enlarged, its document saved, what is missing is said.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'
import { pngOf, zipOf } from './zip'

test.skip(!process.env.XINJU_BIN && !process.env.BASE_URL, 'the mock server keeps no files')
// One import at a time is the server's rule.
test.describe.configure({ mode: 'serial' })

const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex')

function message(mark: string, number: number, more: object) {
  return JSON.stringify({
    msgid: `${mark}_${number}_external`,
    action: 'send',
    from: 'staff001',
    tolist: ['wm00000000000000000000000000e2f1'],
    roomid: '',
    msgtime: Date.now() - 60_000 + number * 1_000,
    ...more,
  })
}

test('files of a zip stand in the conversation', async ({ admin }) => {
  const mark = `e2efiles${Date.now()}`
  const picture = pngOf(Date.now() % 60_000)
  const document = Buffer.from(`%PDF-1.4\n% ${mark}\n`)
  const image = (content: Buffer) => ({
    msgtype: 'image',
    image: { sdkfileid: 'x', md5sum: md5(content), filesize: content.length },
  })
  const lines = [
    message(mark, 0, { msgtype: 'text', text: { content: mark } }),
    message(mark, 1, image(picture)),
    message(mark, 2, image(Buffer.from('never comes'))),
    message(mark, 3, {
      msgtype: 'file',
      file: {
        sdkfileid: 'y',
        md5sum: md5(document),
        filename: '报价单.pdf',
        fileext: 'pdf',
        filesize: document.length,
      },
    }),
  ]
  const buffer = zipOf([
    { name: 'chat.ndjson', content: Buffer.from(lines.join('\n')) },
    { name: 'img/1', content: picture },
    { name: 'doc/1', content: document },
  ])
  const shell = new Shell(admin)
  await shell.open('/imports', '导入')
  const name = `${mark}.zip`
  await admin.getByLabel('消息文件').setInputFiles({ name, mimeType: 'application/zip', buffer })
  await admin.getByRole('button', { name: '开始导入' }).click()
  await expect(admin.getByRole('heading', { level: 2, name })).toBeVisible()
  await expect(admin.getByText('已完成').first()).toBeVisible()
  await expect(async () => {
    await admin.goto(`/search?q=${mark}`)
    await admin.locator('[data-row]').first().click({ timeout: 3_000 })
  }).toPass()

  const shown = admin
    .getByRole('feed')
    .getByRole('img', { name: /^图片，/ })
    .last()
  await shown.scrollIntoViewIfNeeded()
  await expect(async () => {
    const width = await shown.evaluate((img: HTMLImageElement) => img.naturalWidth)
    expect(width).toBe(320)
  }).toPass()
  await expect(admin.getByText('尚未到达').last()).toBeVisible()
  await expectNoSideways(admin)
  await expectAccessible(admin)

  await admin
    .getByRole('button', { name: /^放大：图片，/ })
    .last()
    .click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog.getByRole('img', { name: /^图片，/ })).toBeVisible()
  await expectAccessible(admin)
  await admin.keyboard.press('Escape')
  await expect(dialog).toBeHidden()

  const download = admin.waitForEvent('download')
  await admin
    .getByRole('link', { name: /^下载：文件，/ })
    .last()
    .click()
  const saved = await download
  expect(saved.suggestedFilename()).toMatch(/\.pdf$/)
  expect(await readFile(await saved.path())).toEqual(document)
})
