import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'

import { examples } from '../graphiql/examples'

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'))

for (const language of ['en', 'zh-CN'] as const) {
  test(`every example is lawful by the schema, in ${language}`, () => {
    const all = examples(language)
    expect(all).toHaveLength(6)
    for (const { query, variables } of all) {
      expect(validate(schema, parse(query)), query).toEqual([])
      expect(JSON.parse(variables ?? '{}')).toBeTypeOf('object')
    }
  })
}

test('the comments are in the language of the reader', () => {
  const comments = (text: string) => text.split('\n').filter((line) => line.startsWith('#'))
  for (const { query } of examples('zh-CN')) expect(comments(query).join('')).toMatch(/\p{Script=Han}/u)
  for (const { query } of examples('en')) expect(comments(query).join('')).not.toMatch(/\p{Script=Han}/u)
})

test('an example that names no field of the schema would be found out', () => {
  expect(validate(schema, parse('{ tenants { nodes { secret } } }'))).toHaveLength(1)
})
