import { expect, test, vi } from 'vitest'
import type { TypedDocumentString } from '#/api/gen/operations'
import { confirmIdentity, onConfirm } from '../confirm'
import { ApiError, request } from '../graphql'

const CONFIRM = { errors: [{ message: 'm', extensions: { code: 'CONFIRM_REQUIRED' } }] }
const DONE = { data: { done: true } }
const document = 'mutation Delicate { delicate { done } }' as unknown as TypedDocumentString<
  { done: boolean },
  Record<string, never>
>

function answers(...all: unknown[]) {
  const fetch = vi.fn()
  for (const answer of all) fetch.mockResolvedValueOnce(new Response(JSON.stringify(answer)))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

test('an operation that asks who it is is repeated once that is confirmed', async () => {
  const leave = onConfirm(() => Promise.resolve(true))
  const fetch = answers(CONFIRM, DONE)
  await expect(request(document, {})).resolves.toEqual({ done: true })
  expect(fetch).toHaveBeenCalledTimes(2)
  leave()
})

test('it fails where the question is turned away, or nobody can be asked', async () => {
  const leave = onConfirm(() => Promise.resolve(false))
  answers(CONFIRM)
  await expect(request(document, {})).rejects.toThrow(new ApiError('CONFIRM_REQUIRED', 'm'))
  leave()
  answers(CONFIRM)
  await expect(request(document, {})).rejects.toThrow(ApiError)
})

test('two operations share one question', async () => {
  const ask = vi.fn(() => Promise.resolve(true))
  const leave = onConfirm(ask)
  expect(await Promise.all([confirmIdentity(), confirmIdentity()])).toEqual([true, true])
  expect(ask).toHaveBeenCalledTimes(1)
  leave()
})
