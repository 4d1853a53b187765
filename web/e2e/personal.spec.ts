// Masked personal data: a value is shown to whom it may be, for a reason, until the page is left.
import type { APIRequestContext } from '@playwright/test'
import { PASSWORD } from '../playwright.config'
import { expect, expectAccessible, expectNoSideways, test } from './fixtures'

test.skip(!process.env.XINJU_BIN && !process.env.BASE_URL, 'the mock server masks nothing')
test.skip(({ isMobile }) => isMobile, 'the import of another run may be under way')

const CARD = '6222021234567890128'
const SHOWN = '***************0128'

/** Imports one message of a customer to the member of staff who signs in as sales. */
async function plant(request: APIRequestContext, mark: string): Promise<void> {
  const message = {
    msgid: `${mark}_external`,
    action: 'send',
    from: `wm-${mark}`,
    tolist: ['staff013'],
    roomid: '',
    msgtime: Date.now(),
    msgtype: 'text',
    text: { content: `${mark}，卡号${CARD}，谢谢` },
  }
  const headers = { 'X-Xinju-CSRF': '1' }
  const signIn = 'mutation($input: SignInInput!) { signIn(input: $input) { refusal } }'
  const input = { login: 'admin', password: PASSWORD }
  await request.post('/graphql', { headers, data: { query: signIn, variables: { input } } })
  const query = 'mutation($file: Upload!) { startImport(input: { file: $file }) { import { id } } }'
  const answer = await request.post('/graphql', {
    headers,
    multipart: {
      operations: JSON.stringify({ query, variables: { file: null } }),
      map: JSON.stringify({ file: ['variables.file'] }),
      file: {
        name: `${mark}.ndjson`,
        mimeType: 'application/x-ndjson',
        buffer: Buffer.from(`${JSON.stringify(message)}\n`),
      },
    },
  })
  expect((await answer.json()).errors).toBeUndefined()
}

test('a card is masked, and shown for a reason', async ({ sales, playwright, baseURL }) => {
  const mark = `核对${Date.now().toString(36)}`
  const other = await playwright.request.newContext({ baseURL: baseURL ?? '' })
  await plant(other, mark)
  await other.dispose()
  await expect(async () => {
    await sales.goto(`/search?q=${mark}`)
    await expect(sales.locator('a[href*="/messages/"]').first()).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await expect(sales.locator('main')).toContainText(SHOWN)
  await sales.locator('a[href*="/messages/"]').first().click()
  const masked = sales.getByRole('button', { name: `显示银行卡号 ${SHOWN}` })
  await expect(masked).toBeVisible()
  await expect(sales.locator('main')).toContainText('不提供')
  await expect(sales.locator('#proof')).toContainText('未披露')
  await expectNoSideways(sales)
  await expectAccessible(sales)
  await masked.focus()
  await sales.keyboard.press('Enter')
  const dialog = sales.getByRole('dialog', { name: '显示银行卡号' })
  await expect(dialog.getByLabel('理由')).toBeFocused()
  await expect(dialog.getByRole('button', { name: '显示', exact: true })).toBeDisabled()
  await dialog.getByLabel('理由').fill('核对退款账户')
  await expectAccessible(sales)
  await dialog.getByRole('button', { name: '显示', exact: true }).click()
  await expect(sales.getByText(CARD, { exact: true })).toBeVisible()
  await expect(masked).toHaveCount(0)
  await expectAccessible(sales)
  await sales.emulateMedia({ colorScheme: 'dark' })
  await expect(sales.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expectAccessible(sales)
  await sales.reload()
  await expect(masked).toBeVisible()
  await expect(sales.getByText(CARD)).toHaveCount(0)
})

test('digits that are masked are not found', async ({ sales }) => {
  await sales.goto(`/search?q=${CARD}`)
  await expect(sales.locator('main')).toContainText('没有')
  await expect(sales.locator('a[href*="/messages/"]')).toHaveCount(0)
})
