import type { Messages } from '..'
import type { explorer as source } from '../zh-CN/explorer'

export const explorer: Messages<typeof source> = {
  title: 'API explorer',
  text: 'Asks /graphql as you are signed in now. For programs there are',
  tokens: 'API tokens',
  examples: 'Examples',
  'example.viewer': 'My rights',
  'example.conversations': 'Conversations',
  'example.search': 'Search',
  'example.customers': 'Customers',
  'example.ledger': 'Ledger',
  'example.imports': 'Imports',
  query: 'Query',
  variables: 'Variables (JSON)',
  variablesWrong: 'Variables must be a JSON object',
  run: 'Run',
  answer: 'Answer',
  took: '{{ms}} ms',
  noAnswer: 'The answer stands here after the run.',
}
