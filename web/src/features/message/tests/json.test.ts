import { expect, test } from 'vitest'
import { layOut } from '../json'

test('JSON is laid out and every literal stays as it was written', () => {
  expect(layOut('{"id":18446744073709551615,"a":[1.0,"x,{\\"\\u4f60"],"e":{},"l":[]}')).toBe(
    '{\n  "id": 18446744073709551615,\n  "a": [\n    1.0,\n    "x,{\\"\\u4f60"\n  ],\n  "e": {},\n  "l": []\n}',
  )
})

test('white space between tokens is made anew, inside of strings it stays', () => {
  expect(layOut(' { "a" :\n"b  c" } ')).toBe('{\n  "a": "b  c"\n}')
})

test('what is no JSON object or list is left alone', () => {
  for (const text of ['', 'x', '{"a":', '"a"', '1', 'null']) expect(layOut(text)).toBeNull()
})
