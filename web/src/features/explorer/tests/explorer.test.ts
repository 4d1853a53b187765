import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { EXAMPLES } from '../examples'
import { readVariables, tabbed } from '../text'

const schema = buildSchema(readFileSync('../schema.graphql', 'utf8'))

test.each(EXAMPLES)('the example "$key" fits the schema', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([])
})

test('variables are a JSON object, nothing, or wrong', () => {
  expect(readVariables('{"first": 5}')).toEqual({ first: 5 })
  expect(readVariables('  ')).toEqual({})
  expect(readVariables('[1]')).toBeNull()
  expect(readVariables('null')).toBeNull()
  expect(readVariables('{first')).toBeNull()
})

test('a new line begins where the one above began, deeper after a bracket', () => {
  expect(tabbed('  a', 3, 3)).toEqual({ text: '  a\n  ', cursor: 6 })
  expect(tabbed('query {', 7, 7)).toEqual({ text: 'query {\n  ', cursor: 10 })
  expect(tabbed('ab', 1, 2)).toEqual({ text: 'a\n', cursor: 2 })
})
