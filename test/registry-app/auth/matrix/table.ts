import type { PlainIdentity, PlainRule } from './oracle.ts'

/** Everybody who asks. */
export const identities: readonly PlainIdentity[] = [
  { kind: 'anonymous', name: '' },
  { kind: 'user', name: 'alice', groups: [] },
  { kind: 'user', name: 'bob', groups: ['dev', 'ops'] },
  { kind: 'robot', name: 'deploy', grants: [{ repositories: ['team/*'], actions: ['pull'] }] },
  { kind: 'robot', name: 'bob', grants: [] },
  { kind: 'claims', name: 'repo:acme/app', claims: ['ci'] },
]

const everything = ['pull', 'push', 'delete', 'catalog', 'administer']

/** Every kind of rule, alone and together. */
export const ruleSets: Readonly<Record<string, PlainRule[] | undefined>> = {
  'no rules': undefined,
  'an empty list': [],
  'anonymous pull': [{ repositories: ['public/**'], who: ['anonymous'], actions: ['pull'] }],
  'anonymous pull and catalog everywhere': [{ repositories: ['**'], who: ['anonymous'], actions: ['pull', 'catalog'] }],
  'anonymous push, by mistake': [{ repositories: ['public/*'], who: ['anonymous'], actions: ['pull', 'push'] }],
  'pull for whoever is signed in': [{ repositories: ['**'], who: ['signed-in'], actions: ['pull', 'catalog'] }],
  'one user': [{ repositories: ['team/app'], who: ['user:alice'], actions: ['pull', 'push'] }],
  'push without pull': [{ repositories: ['team/**'], who: ['user:alice'], actions: ['push'] }],
  'catalog without pull': [{ repositories: ['**'], who: ['signed-in', 'robots'], actions: ['catalog'] }],
  'a group, by a star': [{ repositories: ['*/app'], who: ['group:dev'], actions: everything }],
  'a group that nobody is in': [{ repositories: ['**'], who: ['group:sales'], actions: everything }],
  'a claim': [{ repositories: ['**/app'], who: ['claim:ci'], actions: ['pull', 'push'] }],
  'one robot': [{ repositories: ['public/**', 'team/**'], who: ['robot:deploy'], actions: ['push', 'delete'] }],
  'all robots': [{ repositories: ['p*/**'], who: ['robots'], actions: ['pull', 'delete'] }],
  'administering alone': [{ repositories: ['**'], who: ['anonymous'], actions: ['administer'] }],
  'the issue’s own': [
    { repositories: ['public/**'], who: ['anonymous'], actions: ['pull'] },
    { repositories: ['team/**'], who: ['user:alice', 'group:dev', 'claim:ci'], actions: ['pull', 'push', 'delete'] },
  ],
  'several that overlap': [
    { repositories: ['**'], who: ['group:ops'], actions: ['pull', 'catalog'] },
    { repositories: ['team/app', 'other/**'], who: ['user:bob'], actions: ['push'] },
    { repositories: ['public/**'], who: ['anonymous'], actions: ['pull', 'catalog'] },
    { repositories: ['other/*'], who: ['robot:bob', 'claim:ci'], actions: ['pull'] },
  ],
}

/** Those that are there, and to each a neighbour that is not, for which every rule above says the same. */
export const repositories = [
  { there: 'public/lib', not: 'public/bil' },
  { there: 'team/app', not: undefined },
  { there: 'team/web', not: 'team/bew' },
  { there: 'other/app', not: undefined },
  { there: 'other/deep/lib', not: 'other/deep/bil' },
] as const
