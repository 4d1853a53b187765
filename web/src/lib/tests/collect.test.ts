import { expect, test } from 'vitest'
import { CHOICE, collectInput, firstChoice, hasContext } from '../collect'

const talk = { conversation: 'c1', firstAt: '2025-01-01T00:00:00Z', lastAt: '2025-02-01T00:00:00Z' }

test('a whole conversation needs no context, a part of it may have some', () => {
  expect(hasContext(talk, CHOICE)).toBe(false)
  const part = { ...CHOICE, days: { from: '2025-01-05', until: '2025-01-05' } }
  expect(hasContext(talk, part)).toBe(true)
  expect(hasContext({ customer: 'k1' }, CHOICE)).toBe(false)
})

test('days mean from the beginning of the first to the end of the last', () => {
  const choice = { ...CHOICE, days: { from: '2025-01-05', until: '2025-01-31' } }
  const input = collectInput(talk, choice, 'd1')
  expect(input.selection).toEqual({
    conversation: {
      conversation: 'c1',
      from: new Date(2025, 0, 5).toISOString(),
      until: new Date(2025, 1, 1).toISOString(),
    },
  })
})

test('what is counted goes along with AROUND only', () => {
  const choice = { ...firstChoice({ message: 'm1' }), before: 3, after: 4 }
  expect(choice.context).toBe('DAY')
  expect(collectInput({ message: 'm1' }, choice, 'd1').context).toEqual({
    kind: 'DAY',
    before: 0,
    after: 0,
  })
  const around = { ...choice, context: 'AROUND' as const }
  expect(collectInput({ message: 'm1' }, around, 'd1').context).toEqual({
    kind: 'AROUND',
    before: 3,
    after: 4,
  })
})

test('a choice that no longer shows does not count', () => {
  const choice = { ...CHOICE, context: 'AROUND' as const }
  expect(collectInput({ customer: 'k1' }, choice, 'd1').context.kind).toBe('ALONE')
  expect(collectInput(talk, choice, 'd1').context.kind).toBe('ALONE')
})

test('a search keeps its zone and says whether it stands', () => {
  const what = { query: '退款', zoneOffsetMinutes: 480 }
  const input = collectInput(what, { ...CHOICE, standing: true, comment: ' 理由 ' }, 'd1')
  expect(input).toEqual({
    case: 'd1',
    selection: { search: { query: '退款', zoneOffsetMinutes: 480, standing: true } },
    context: { kind: 'ALONE', before: 0, after: 0 },
    comment: '理由',
  })
})
