import { expect, test } from 'vitest'
import { idleParts } from '../../../../registry-app/src/auth/access/idle-rules.ts'

const rules = [
  { repositories: ['**'], who: ['group:dev', 'group:sales', 'user:whoever', 'anonymous'], actions: ['pull' as const] },
  { name: 'ci', repositories: ['**'], who: ['claim:ci', 'claim:cd', 'robot:deploy'], actions: ['push' as const] },
]

test('a rule for a group or a claim that nothing defines is named', () => {
  expect(idleParts(rules, { groups: ['dev'], claims: ['ci'], here: true })).toEqual([
    'access: rule 1 is for group:sales, which is nobody: groups has no such name',
    'access: ci is for claim:cd, which is nobody: auth.oidc has no entry of that name',
  ])
  expect(idleParts(rules, { groups: ['dev', 'sales'], claims: ['ci', 'cd'], here: true })).toEqual([])
})

test('where a token server elsewhere says who asks, so is one for whoever but users', () => {
  const found = idleParts(rules, { groups: ['dev', 'sales'], claims: ['ci', 'cd'], here: false })
  expect(found.map(each => /is for (\S+),/.exec(each)?.[1])).toEqual(['group:dev', 'group:sales', 'claim:ci', 'claim:cd', 'robot:deploy'])
})

test('so is one that gives for some repositories what is about all of them', () => {
  const rule = { name: 'boss', repositories: ['team/**'], who: ['user:alice'], actions: ['pull' as const, 'administer' as const] }
  const found = (repositories: string[]) => idleParts([{ ...rule, repositories }], { groups: [], claims: [], here: true })
  expect(found(['team/**'])).toEqual(['access: boss allows administer, which counts only where it is given for every repository ("**")'])
  expect(found(['**'])).toEqual([])
})
