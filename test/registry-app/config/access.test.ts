import { describe, expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

const before = 'storage: inmemory\nauth: {local: {username: admin, password: longenough}}\n'
const usual = { repositories: '["team/**"]', who: '[signed-in]', actions: '[pull]' }

/** A rule in which one key is another. */
const rule = (key: string) => {
  const others = Object.entries(usual).filter(([name]) => !key.startsWith(`${name}:`))
  return `${before}access:\n  - {${[...others.map(([name, value]) => `${name}: ${value}`), key].join(', ')}}\n`
}

describe('access', () => {
  test('is read as it stands, and absent where it is', () => {
    const text = `${before}groups: {dev: [alice, bob]}
access:
  - { repositories: ["public/**"], who: [anonymous], actions: [pull] }
  - { name: team, repositories: ["team/**"], who: ["user:alice", "group:dev", "claim:ci"], actions: [pull, push, delete] }
`
    const { access, groups } = load(text).config
    expect(access).toEqual([
      { repositories: ['public/**'], who: ['anonymous'], actions: ['pull'] },
      { name: 'team', repositories: ['team/**'], who: ['user:alice', 'group:dev', 'claim:ci'], actions: ['pull', 'push', 'delete'] },
    ])
    expect(groups).toEqual({ dev: ['alice', 'bob'] })
    expect(load(before).config.access).toBeUndefined()
    expect(load(`${before}access:\n`).config.access).toBeUndefined()
  })

  test('is read from a variable too', () => {
    const REGISTRY_ACCESS = '[{repositories: ["**"], who: [signed-in], actions: [pull]}]'
    expect(load(before, { REGISTRY_ACCESS }).config.access).toHaveLength(1)
  })

  test.each([
    [
      'actions: [psuh]',
      /^config\.yml:\d+:\d+: access\.0\.actions\.0: must be one of pull, push, .*; did you mean push\? \(it says "psuh"\)$/,
    ],
    ['actions: []', /access\.0\.actions: must not be empty: the rule would allow nothing/],
    ['who: []', /access\.0\.who: must not be empty/],
    ['who: [alice]', /access\.0\.who\.0: must be anonymous, signed-in, robots, user:NAME, .* or robot:NAME/],
    ['who: [anonymus]', /did you mean anonymous\?/],
    ['who: ["usr:alice"]', /did you mean user:alice\?/],
    ['who: ["user:"]', /access\.0\.who\.0: must be/],
    ['who: [everyone]', /access\.0\.who\.0: must be/],
    ['repositories: ["Team/**"]', /access\.0\.repositories\.0: can match no repository: names of repositories have no capital letters/],
    ['repositories: ["team**"]', /access\.0\.repositories\.0: has \*\* beside something else/],
    ['repositories: ["/team"]', /access\.0\.repositories\.0: must have no empty segment/],
    ['action: [pull]', /access\.0\.action: unknown key; did you mean actions\?/],
    ['name: "a\\nb"', /access\.0\.name: must be one line/],
    ['who: ["group:dev"]', /access\.0\.who\.0: names a group that is not in groups; write groups: \{dev: \[alice, bob\]\}/],
  ])('%s is refused', (key, says) => {
    expect(complaintsOf(rule(key)).join('\n')).toMatch(says)
  })

  test('every complaint is said at once, and a group that is nearly there is named', () => {
    const text = `${before}groups: {dev: [alice]}
access:
  - {repositories: ["A"], who: ["group:dve"], actions: [pul]}
  - {who: [nobody], actions: [pull]}
`
    expect(complaintsOf(text)).toEqual([
      expect.stringContaining('access.0.repositories.0'),
      expect.stringContaining('did you mean group:dev?'),
      expect.stringContaining('did you mean pull?'),
      expect.stringContaining('access.1.repositories: is missing'),
      expect.stringContaining('access.1.who.0'),
    ])
  })

  test.each(['', 'auth: none\n'])('without anybody who can say who he is, rules are refused: %j', auth => {
    const text = `storage: inmemory\n${auth}access: [{repositories: ["**"], who: [signed-in], actions: [pull]}]\n`
    expect(complaintsOf(text)).toEqual([expect.stringMatching(/access: has rules, and without auth nobody can say who he is/)])
  })
})

describe('auth.local', () => {
  const local = (text: string) => `storage: inmemory\nauth: {local: ${text}}\n`

  test('has defaults for everything', () => {
    expect(load('storage: inmemory\nauth: local\n').config.auth?.local).toEqual({
      storedusers: true,
      remember: 300_000,
      service: 'bucket-registry',
      issuer: 'bucket-registry',
      lifetime: 300_000,
      refreshlifetime: 365 * 86_400_000,
      rotation: 90 * 86_400_000,
    })
  })

  test.each([
    ['{lifetime: 10s}', /auth\.local\.lifetime: must be at least 60s/],
    ['{realm: Registry}', /auth\.local\.realm: must be the URL at which clients get tokens/],
    ['{username: admin}', /auth\.local\.password: must be given/],
    ['{username: admin, password: hunter2}', /auth\.local\.password: must have at least 8 characters \(it says \*\*\*\)/],
    ['{servce: x}', /auth\.local\.servce: unknown key; did you mean service\?/],
  ])('%s is refused', (text, says) => {
    expect(complaintsOf(local(text)).join('\n')).toMatch(says)
  })
})
