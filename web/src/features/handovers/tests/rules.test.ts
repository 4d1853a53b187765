import { describe, expect, it } from 'vitest'
import { giveSingly, inputsOf, isWhole, type Rule, rulesOf } from '../rules'

const lee = { id: 's1', name: 'Lee' }
const mia = { id: 's2', name: 'Mia' }
const rest: Rule = { which: 'REST', customers: [], tag: '', successors: [lee, mia] }

describe('rules of a handover', () => {
  it('come from the server and go back as they were', () => {
    const rules = rulesOf([
      { customers: ['k1'], tag: null, successors: [mia] },
      { customers: null, tag: 'vip', successors: [lee] },
      { customers: null, tag: null, successors: [lee, mia] },
    ])
    expect(rules.map((rule) => rule.which)).toEqual(['NAMED', 'TAGGED', 'REST'])
    expect(inputsOf(rules)).toEqual([
      { customers: ['k1'], tag: null, successors: ['s2'] },
      { customers: null, tag: 'vip', successors: ['s1'] },
      { customers: null, tag: null, successors: ['s1', 's2'] },
    ])
  })

  it('give one customer to one successor before all others', () => {
    const once = giveSingly([rest], 'k1', mia)
    expect(once.map((rule) => rule.which)).toEqual(['NAMED', 'REST'])
    const twice = giveSingly(once, 'k2', mia)
    expect(twice[0]?.customers).toEqual(['k1', 'k2'])
    const moved = giveSingly(twice, 'k1', lee)
    expect(moved.map((rule) => [rule.customers, rule.successors.map((one) => one.id)])).toEqual([
      [['k1'], ['s1']],
      [['k2'], ['s2']],
      [[], ['s1', 's2']],
    ])
    expect(giveSingly(moved, 'k2', lee).map((rule) => rule.customers)).toEqual([['k1', 'k2'], []])
  })

  it('are whole when each says of whom and to whom', () => {
    expect(isWhole([rest])).toBe(true)
    expect(isWhole([{ ...rest, successors: [] }])).toBe(false)
    expect(isWhole([{ ...rest, which: 'TAGGED', tag: ' ' }])).toBe(false)
  })
})
