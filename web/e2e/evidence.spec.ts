// The settings of evidence: a certificate that is imported, an authority that stamps, one that does not, and what is said of both.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'
import { Shell } from './pages/shell'

const CONFIGURATION = `[tsa]
default_tsa = a
[a]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = yes
ess_cert_id_alg = sha256
ess_cert_id_chain = no
crypto_device = builtin
`

function openssl(folder: string, line: string): void {
  execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' })
}

/** A folder with a root, a certificate for timestamps, and the same as PKCS#12. */
function authority(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xinju-tsa-'))
  writeFileSync(join(folder, 'tsa.cnf'), CONFIGURATION)
  writeFileSync(join(folder, 'serial'), '01\n')
  writeFileSync(
    join(folder, 'ext'),
    'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=critical,timeStamping\n',
  )
  openssl(folder, 'req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /O=Root')
  openssl(folder, 'req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /O=Example')
  openssl(
    folder,
    'x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile ext -out tsa.pem',
  )
  openssl(
    folder,
    'pkcs12 -export -inkey tsa.key -in tsa.pem -certfile ca.pem -passout pass:secret -out key.p12',
  )
  return folder
}

async function serve(folder: string): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    writeFileSync(join(folder, 'query'), Buffer.concat(pieces))
    openssl(
      folder,
      'ts -reply -config tsa.cnf -queryfile query -signer tsa.pem -inkey tsa.key -chain ca.pem -out answer',
    )
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
    response.end(readFileSync(join(folder, 'answer')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr` }
}

test('a certificate is imported, heads are stamped, and faults are said', async ({ admin }, {
  project,
}) => {
  test.skip(!process.env.XINJU_BIN && !process.env.BASE_URL, 'the mock server seals nothing')
  test.skip(project.name !== 'desktop', 'one archive has one set of authorities')
  const folder = authority()
  const { server, url } = await serve(folder)
  await new Shell(admin).open('/settings/evidence', '证据与签名')
  await expect(admin.getByText('自签名：没有第三方担保')).toBeVisible()
  await expect(admin.getByText('尚未设置时间戳机构', { exact: false })).toBeVisible()
  await expectAccessible(admin)
  await expectNoSideways(admin)

  await admin.getByRole('button', { name: '导入证书' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('证书文件').setInputFiles(join(folder, 'key.p12'))
  await dialog.getByLabel('文件口令').fill('wrong')
  await dialog.getByRole('button', { name: '以此签章' }).click()
  await expect(dialog.getByText('文件无法读取，或口令不对。')).toBeVisible()
  await expectAccessible(admin)
  await dialog.getByLabel('文件口令').fill('secret')
  await dialog.getByRole('button', { name: '以此签章' }).click()
  await expect(dialog).toBeHidden()
  await expect(admin.getByText('O=Root')).toBeVisible()
  await expect(admin.getByRole('table', { name: '以前的证书' })).toBeVisible()

  const form = admin.getByRole('main').locator('form')
  const first = form.getByRole('group', { name: '时间戳机构（第一家）' })
  await first.getByLabel('名称').fill('本地时间戳')
  await first.getByLabel('地址').fill(`${url}?key=secret`)
  await first.getByLabel('根证书').fill(readFileSync(join(folder, 'ca.pem'), 'utf8'))
  await form.getByRole('button', { name: /保\s*存/ }).click()
  await expect(form.getByText('地址须以 http://', { exact: false })).toBeVisible()
  await first.getByLabel('地址').fill(url)
  await form.getByRole('button', { name: /保\s*存/ }).click()
  await expect(admin.getByText('已保存')).toBeVisible()
  await admin.getByRole('button', { name: '立即试盖' }).click()
  await expect(admin.getByText('都已盖好')).toBeVisible()
  await expect(admin.getByRole('table', { name: '最近的时间戳' })).toBeVisible()
  await expectAccessible(admin)

  server.close()
  server.closeAllConnections()
  await admin.getByRole('button', { name: '立即试盖' }).click()
  await expect(admin.getByText('无法连接。')).toBeVisible()
  await expectAccessible(admin)
})

test('the model clause is read and written into the ledger', async ({ admin }) => {
  test.skip(!process.env.XINJU_BIN && !process.env.BASE_URL, 'the mock server has no clause')
  const shell = new Shell(admin)
  await shell.open('/settings/clause', '示范条款')
  await expect(admin.getByText('电子数据保存与验证约定').first()).toBeVisible()
  await expectAccessible(admin)
  await expectNoSideways(admin)
  await admin.getByRole('button', { name: '登记到账本' }).click()
  await expect(admin.getByText('条款全文已写入账本')).toBeVisible()
  await expect(admin.getByRole('table', { name: '已登记的条款' })).toBeVisible()
  await expectAccessible(admin)
  const downloading = admin.waitForEvent('download')
  await admin.getByRole('link', { name: '下载 PDF' }).click()
  expect((await downloading).suggestedFilename()).toBe('model-clause.pdf')
})
