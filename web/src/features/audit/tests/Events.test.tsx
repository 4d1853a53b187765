import { fireEvent, render, screen } from '@testing-library/react'
import { beforeAll, expect, test, vi } from 'vitest'
import { setLanguage, startLanguage } from '#/locales'
import type { Event } from '../event'
import { useActor, useDetail, useSentence } from '../sentence'

beforeAll(() => startLanguage('zh-CN'))

function event(action: Event['action'], more: Partial<Event> = {}): Event {
  return {
    id: 'm1',
    at: '2026-01-31T08:00:00.000Z',
    actor: { id: 'u1', kind: 'user', name: '周敏' },
    action,
    actionName: action.toLowerCase().replace('_', '.'),
    object: null,
    subjects: [],
    details: [],
    place: 'local',
    seal: { state: 'SEALED', index: 7, checkpointSize: 9 },
    ...more,
  } as Event
}

function Line({ of, onOpen }: { of: Event; onOpen?: () => void }) {
  const detail = useDetail()
  return (
    <button type="button" onClick={onOpen}>
      {useActor()(of)}：{useSentence()(of)}
      {of.details.map((one) => ` ${detail.name(one.name)}=${detail.value(one.name, one.value)}`)}
    </button>
  )
}

function says(of: Event, words: string) {
  const { unmount } = render(<Line of={of} />)
  expect(screen.getByRole('button').textContent).toBe(words)
  unmount()
}

test('acts are sentences in both languages', async () => {
  const search = event('SEARCH_RUN', { details: [{ name: 'query', value: '发票' }] })
  const denied = event('ACCESS_DENY', {
    actor: { id: 't1', kind: 'token', name: '机器人' },
    details: [{ name: 'action', value: 'manage_users' }],
  })
  says(search, '周敏：搜索“发票” 查询=发票')
  says(denied, '机器人（令牌）：被拒绝：管理用户（1 次） 操作=管理用户')
  await setLanguage('en')
  says(search, '周敏：Searched for “发票” Query=发票')
  says(event('MESSAGE_READ'), '周敏：Saw 1 message')
  await setLanguage('zh-CN')
})

test('what this console does not know is shown as it stands', () => {
  const strange = event('OTHER', {
    actionName: 'robot.dance',
    actor: { id: null, kind: 'ghost', name: null },
    details: [{ name: 'step', value: 'left' }],
  })
  says(strange, 'ghost：robot.dance step=left')
})

test('markup in what somebody typed stays text', () => {
  const onOpen = vi.fn()
  const search = event('SEARCH_RUN', { details: [{ name: 'query', value: '<img src=x>' }] })
  render(<Line of={search} onOpen={onOpen} />)
  fireEvent.click(screen.getByText(/<img src=x>/))
  expect(onOpen).toHaveBeenCalledOnce()
  expect(document.querySelector('img')).toBeNull()
})
