import { afterEach, expect, test, vi } from 'vitest'
import { SessionDocument } from '#/api/gen/operations'
import { ApiError, codeOf, operationName, readAnswer, request } from '../graphql'

afterEach(() => vi.unstubAllGlobals())

function answer(body: string, status = 200) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response(body, { status }))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

async function codeOfRequest(): Promise<string> {
  return request(SessionDocument, {}).then(
    () => 'answered',
    (error: unknown) => (error instanceof ApiError ? error.code : 'another error'),
  )
}

test('a request carries its operation and the header that other sites cannot send', async () => {
  const fetch = answer('{"data":{"viewer":null,"setup":{"needed":false,"version":"1"}}}')
  expect((await request(SessionDocument, {})).setup.version).toBe('1')
  const [url, init] = fetch.mock.calls[0] ?? []
  expect(url).toBe('/graphql')
  expect(new Headers(init?.headers).get('X-Xinju-CSRF')).toBe('1')
  expect(JSON.parse(String(init?.body))).toMatchObject({ operationName: 'Session', variables: {} })
})

test('faults become errors by their code', async () => {
  answer('{"data":null,"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}')
  expect(await codeOfRequest()).toBe('FORBIDDEN')
  answer('{"errors":[{"message":"no","extensions":{"code":"SOMETHING_NEW"}}]}')
  expect(await codeOfRequest()).toBe('INTERNAL')
})

test('answers that are no answers are told apart from an unreachable server', async () => {
  answer('<html>a proxy</html>', 502)
  expect(await codeOfRequest()).toBe('PROTOCOL')
  answer('{}')
  expect(await codeOfRequest()).toBe('PROTOCOL')
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
  expect(await codeOfRequest()).toBe('NETWORK')
})

test('a fault wins over partial data', () => {
  expect(() => readAnswer({ data: { a: 1 }, errors: [{ message: 'x' }] })).toThrow(ApiError)
  expect(codeOf({ message: '', extensions: {} })).toBe('INTERNAL')
})

test('operations are called by their name', () => {
  expect(operationName('\n  query Overview($days: Int!) { a }')).toBe('Overview')
  expect(operationName('subscription LedgerChanged { a }')).toBe('LedgerChanged')
  expect(operationName('{ a }')).toBe('')
})
