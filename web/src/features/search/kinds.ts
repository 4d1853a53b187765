// All kinds of messages, in the order of the model.
import type { MessageKind } from '#/api/gen/operations'
import { model } from '#/locales/zh-CN/model'

const PREFIX = 'kind.'

/** Every kind has a word, so that the words are the list. */
export const KINDS: readonly MessageKind[] = Object.keys(model)
  .filter((key) => key.startsWith(PREFIX))
  .map((key) => key.slice(PREFIX.length) as MessageKind)
