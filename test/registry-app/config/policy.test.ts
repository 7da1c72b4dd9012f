import { expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

const file = (rule: string) => `storage: inmemory\npolicy: {immutabletags: [${rule}]}`

test('a rule on immutable tags is about all tags unless it says which, and protects them from deletion', () => {
  expect(load(file('{repositories: [team/**]}')).config.policy.immutabletags).toEqual([
    { repositories: ['team/**'], tags: ['*'], except: [], deletable: false },
  ])
})

test.each([
  ['{}', 'repositories'],
  ['{repositories: []}', 'would protect nothing'],
  ["{repositories: ['**'], tags: []}", 'would protect nothing'],
  ['{repositories: [Team]}', 'no capital letters'],
  ["{repositories: ['**'], tags: ['v[0-9]']}", 'can match no tag'],
  ['{repositories: ["**"], exept: [latest]}', 'except'],
])('%s is refused', (rule, complaint) => {
  expect(JSON.stringify(complaintsOf(file(rule)))).toContain(complaint)
})
