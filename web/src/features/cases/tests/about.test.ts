import { expect, test } from 'vitest'
import { aboutOf } from '../about'

test('a new case is before a court and in the charge of its maker', () => {
  const about = aboutOf(undefined, 'u1')
  expect(about.inCharge).toEqual(['u1'])
  expect(about.forum.kind).toBe('COURT')
  expect(aboutOf(undefined, undefined).inCharge).toEqual([])
})

test('a case that is there fills the form with what is known of it', () => {
  const about = aboutOf(
    {
      id: 'd1',
      name: '装修合同纠纷',
      number: '2026-17',
      state: 'OPEN',
      openedAt: '2026-01-01T00:00:00Z',
      purpose: '证明已付款',
      forum: { kind: 'ARBITRATION', name: '北京', abroad: false, approvalNumber: '' },
      parties: [{ name: '张三', role: 'CLAIMANT' }],
      inCharge: [{ id: 'u2', name: '李四' }],
      items: [],
    },
    'u1',
  )
  expect(about).toEqual({
    name: '装修合同纠纷',
    number: '2026-17',
    purpose: '证明已付款',
    forum: { kind: 'ARBITRATION', name: '北京', abroad: false, approvalNumber: '' },
    parties: [{ name: '张三', role: 'CLAIMANT' }],
    inCharge: ['u2'],
  })
})
