import { expect, test } from 'vitest'
import { literal } from '../../../lib/terraform/literal.ts'

test.each([
  ['an interpolation', '$', '{a}', '$$'],
  ['a directive', '%', '{if a}', '%%'],
  ['what is escaped already', '$$', '{a}', '$$$'],
])('%s stays text', (_, sign, rest, escaped) => {
  expect(literal(sign + rest)).toBe(escaped + rest)
})

test.each(['$5 and 100%', '{"a":{}}', '$ {a}'])('%s stays as it is', text => {
  expect(literal(text)).toBe(text)
})
