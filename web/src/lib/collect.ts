// What is collected into a case: the choice that a person makes, and the input that it means. Pure.
import type { CaseContextKind, CollectIntoCaseInput } from '#/api/gen/operations'
import { startOfDay } from './days'

/** What stands on the page from which it is collected. */
export type Collectable =
  | { conversation: string; firstAt: string; lastAt: string }
  | { message: string }
  | { customer: string }
  | { query: string; zoneOffsetMinutes: number }

export type Choice = {
  /** Of a conversation: only from the first of these days to the last, as "2025-01-31"; null for all of it. */
  days: { from: string | null; until: string | null } | null
  /** Of a search: whether what arrives later is meant too. */
  standing: boolean
  context: CaseContextKind
  before: number
  after: number
  comment: string
}

export const CHOICE: Choice = {
  days: null,
  standing: false,
  context: 'ALONE',
  before: 5,
  after: 5,
  comment: '',
}

/** Single messages come with their day, so that nobody has to think of it. */
export function firstChoice(what: Collectable): Choice {
  return 'message' in what || 'query' in what ? { ...CHOICE, context: 'DAY' } : CHOICE
}

/** Whether anything can go with what is collected: a customer and a whole conversation have all of it already. */
export function hasContext(what: Collectable, choice: Choice): boolean {
  return !('customer' in what) && !('conversation' in what && choice.days === null)
}

export function collectInput(
  what: Collectable,
  choice: Choice,
  into: string,
): CollectIntoCaseInput {
  const with_ = hasContext(what, choice) ? choice : CHOICE
  const around = with_.context === 'AROUND'
  return {
    case: into,
    selection: selection(what, choice),
    context: {
      kind: with_.context,
      before: around ? choice.before : 0,
      after: around ? choice.after : 0,
    },
    comment: choice.comment.trim(),
  }
}

function selection(what: Collectable, choice: Choice): CollectIntoCaseInput['selection'] {
  if ('message' in what) return { message: what.message }
  if ('customer' in what) return { customer: what.customer }
  if ('query' in what) return { search: { ...what, standing: choice.standing } }
  const { from, until } = choice.days ?? { from: null, until: null }
  return {
    conversation: {
      conversation: what.conversation,
      from: from === null ? null : startOfDay(from),
      until: until === null ? null : startOfDay(until, 1),
    },
  }
}
