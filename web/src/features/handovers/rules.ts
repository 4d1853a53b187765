// Rules of a handover while they are written: to whom some of a leaver's customers go. Pure.
import type { HandoverPartsFragment, HandoverRuleInput } from '#/api/gen/operations'

export type Person = { id: string; name: string }

export type Which = 'NAMED' | 'TAGGED' | 'REST'

export type Rule = {
  which: Which
  /** Ids of the customers of a rule that names them. */
  customers: string[]
  tag: string
  successors: Person[]
}

export function rulesOf(rules: HandoverPartsFragment['rules']): Rule[] {
  return rules.map(({ customers, tag, successors }) => ({
    which: customers !== null ? 'NAMED' : tag !== null ? 'TAGGED' : 'REST',
    customers: customers ?? [],
    tag: tag ?? '',
    successors: successors.map(({ id, name }) => ({ id, name })),
  }))
}

export function inputsOf(rules: Rule[]): HandoverRuleInput[] {
  return rules.map(({ which, customers, tag, successors }) => ({
    customers: which === 'NAMED' ? customers : null,
    tag: which === 'TAGGED' ? tag.trim() : null,
    successors: successors.map((one) => one.id),
  }))
}

/** Whether every rule says of whom and to whom. */
export function isWhole(rules: Rule[]): boolean {
  return rules.every(
    (rule) => rule.successors.length > 0 && (rule.which !== 'TAGGED' || rule.tag.trim() !== ''),
  )
}

/** Gives one customer to one successor before all other rules; a rule of the same kind for the same successor takes it in. */
export function giveSingly(rules: Rule[], customer: string, successor: Person): Rule[] {
  const without = rules
    .map((rule) => ({ ...rule, customers: rule.customers.filter((id) => id !== customer) }))
    .filter((rule) => rule.which !== 'NAMED' || rule.customers.length > 0)
  const same = without.findIndex(
    (rule) =>
      rule.which === 'NAMED' &&
      rule.successors.length === 1 &&
      rule.successors[0]?.id === successor.id,
  )
  if (same >= 0) {
    return without.map((rule, at) =>
      at === same ? { ...rule, customers: [...rule.customers, customer] } : rule,
    )
  }
  return [{ which: 'NAMED', customers: [customer], tag: '', successors: [successor] }, ...without]
}
