import { expect, test } from 'vitest'
import { multipart } from '../upload'

test('files stand after operations and map, each under the variable that it fills', async () => {
  const file = new File(['{}'], 'messages.ndjson')
  const directory = new File(['[]'], 'directory.json')
  const form = multipart(
    'mutation M { m }',
    'M',
    { input: { file: null } },
    {
      'input.file': file,
      'input.directory': directory,
    },
  )
  expect([...form.keys()]).toEqual(['operations', 'map', '0', '1'])
  expect(JSON.parse(String(form.get('operations')))).toEqual({
    query: 'mutation M { m }',
    operationName: 'M',
    variables: { input: { file: null } },
  })
  expect(JSON.parse(String(form.get('map')))).toEqual({
    0: ['variables.input.file'],
    1: ['variables.input.directory'],
  })
  expect((form.get('1') as File).name).toBe('directory.json')
})
