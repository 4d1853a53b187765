import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { App } from 'antd'
import { beforeAll, expect, test, vi } from 'vitest'
import { startLanguage } from '#/locales'
import { DirectoryForm } from '../DirectoryForm'

beforeAll(() => startLanguage('zh-CN'))

const KEPT = {
  url: 'ldaps://ldap.example.com',
  startTls: false,
  authorities: '',
  base: 'dc=example',
  filter: '(uid={login})',
  bindDn: 'cn=xinju',
  hasSecret: true,
  loginAttribute: 'uid',
  nameAttribute: 'cn',
  newUsers: null,
}

/** Shows the form before a server that gives this answer to every change; what it was asked. */
function form(answer: object) {
  const asked: { query: string; variables: { input: Record<string, unknown> } }[] = []
  vi.stubGlobal('fetch', (_: string, init: { body: string }) => {
    const body = JSON.parse(init.body)
    if (body.query.includes('mutation')) asked.push(body)
    const payload = { refusal: null, detail: null, ...answer }
    const data = { roles: [], setSignOnDirectory: payload, testSignOnDirectory: payload }
    return Promise.resolve(new Response(JSON.stringify({ data })))
  })
  render(
    <App>
      <QueryClientProvider client={new QueryClient()}>
        <DirectoryForm kept={KEPT} />
      </QueryClientProvider>
    </App>,
  )
  return asked
}

test('a secret that was not typed stays as it is', async () => {
  const asked = form({})
  await userEvent.click(screen.getByRole('button', { name: '测试连接' }))
  await screen.findByText('连接成功。')
  expect(asked[0]?.query).toContain('testSignOnDirectory')
  expect(asked[0]?.variables.input).toEqual(
    expect.objectContaining({ url: KEPT.url, secret: null }),
  )
  expect(asked[0]?.variables.input).not.toHaveProperty('hasSecret')
})

test('what the other system said is shown', async () => {
  form({ refusal: 'UNTRUSTED', detail: 'its certificate is not trusted: UnknownIssuer' })
  await userEvent.click(screen.getByRole('button', { name: '测试连接' }))
  await screen.findByText('对方的证书不受信任。')
  await screen.findByText(/UnknownIssuer/)
})

test('turning it off sends no settings', async () => {
  const asked = form({})
  await userEvent.click(screen.getByRole('button', { name: /停\s*用/ }))
  await waitFor(() => expect(asked[0]?.variables).toEqual({ input: null }))
})
