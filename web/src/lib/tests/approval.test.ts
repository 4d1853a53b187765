import { expect, test, vi } from 'vitest'
import type { TypedDocumentString } from '#/api/gen/operations'
import { CreateTokenDocument, SessionDocument } from '#/api/gen/operations'
import { type Operation, onOffer, operationOf } from '../approval'
import { request } from '../graphql'

const REQUIRED = { errors: [{ message: 'm', extensions: { code: 'APPROVAL_REQUIRED' } }] }

test('a mutation with one input is what approval can be asked for', () => {
  const input = { name: 'robot', scopes: [], days: 1 }
  expect(operationOf(CreateTokenDocument, { input })).toEqual({ name: 'createToken', input })
  expect(operationOf(SessionDocument, {})).toBeNull()
  expect(operationOf('mutation Out { signOut { done } }', {})).toBeNull()
  expect(operationOf('mutation A($input: I!) { a(input: $input) { b } }', {})).toBeNull()
})

test('what needs approval is offered once and fails all the same', async () => {
  const offered: Operation[] = []
  const leave = onOffer((operation) => offered.push(operation))
  const fetch = vi.fn(async () => new Response(JSON.stringify(REQUIRED)))
  vi.stubGlobal('fetch', fetch)
  const document = 'mutation D($input: DInput!) { delicate(input: $input) { done } }'
  const asked = request(document as unknown as TypedDocumentString<unknown, unknown>, {
    input: { id: 'x' },
  })
  await expect(asked).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' })
  expect(offered).toEqual([{ name: 'delicate', input: { id: 'x' } }])
  leave()
  vi.unstubAllGlobals()
})
