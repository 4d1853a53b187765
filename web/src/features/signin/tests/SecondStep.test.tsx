import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test, vi } from 'vitest'
import { startLanguage } from '#/locales'
import { SecondStep } from '../SecondStep'

beforeAll(() => startLanguage('zh-CN'))

/** Shows the step before a server that gives these answers; what it was asked and what came of it. */
function step(...answers: object[]) {
  const fetch = vi.fn()
  for (const answer of answers) {
    const data = { signInSecondFactor: { viewer: null, retryAfterSeconds: null, ...answer } }
    fetch.mockResolvedValueOnce(new Response(JSON.stringify({ data })))
  }
  vi.stubGlobal('fetch', fetch)
  const [onEntered, onBack] = [vi.fn(), vi.fn()]
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SecondStep
        step={{ challenge: 'c', kinds: ['CODE'] }}
        onEntered={onEntered}
        onBack={onBack}
      />
    </QueryClientProvider>,
  )
  const sent = () => JSON.parse(String(fetch.mock.lastCall?.[1]?.body)).variables.input
  return { onEntered, onBack, sent }
}

test('a code is pasted with its space and sent with the challenge', async () => {
  const viewer = { can: [] }
  const { onEntered, sent } = step({ viewer, refusal: null })
  await userEvent.click(screen.getByLabelText('动态码'))
  await userEvent.paste('123 456')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(onEntered).toHaveBeenCalledWith(viewer))
  expect(sent()).toEqual({ challenge: 'c', code: '123 456' })
})

test('a wrong code is said and forgotten, and a recovery code may take its place', async () => {
  step({ refusal: 'WRONG_CODE' })
  const field = screen.getByLabelText<HTMLInputElement>('动态码')
  expect([field.inputMode, field.autocomplete]).toEqual(['numeric', 'one-time-code'])
  await userEvent.type(field, '000000{Enter}')
  await screen.findByText('动态码不对，或已经用过。')
  expect(field.value).toBe('')
  await userEvent.click(screen.getByRole('button', { name: '改用恢复码' }))
  expect(screen.getByLabelText<HTMLInputElement>('恢复码').inputMode).toBe('text')
  expect(screen.queryByText('动态码不对，或已经用过。')).toBeNull()
})

test('where the challenge is over, the password is asked again', async () => {
  const { onBack } = step({ refusal: 'CHALLENGE_INVALID' })
  await userEvent.type(screen.getByLabelText('动态码'), '123456{Enter}')
  await waitFor(() => expect(onBack).toHaveBeenCalledWith(true))
})

test('who has passkeys only is not asked for a code', async () => {
  vi.stubGlobal('fetch', () => new Promise(() => {}))
  const onBack = vi.fn()
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SecondStep
        step={{ challenge: 'c', kinds: ['PASSKEY'] }}
        onEntered={vi.fn()}
        onBack={onBack}
      />
    </QueryClientProvider>,
  )
  expect(screen.queryByLabelText('动态码')).toBeNull()
  expect(screen.getByText('请用您的通行密钥完成登录。')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: '换个账号登录' }))
  expect(onBack).toHaveBeenCalledWith(false)
})
