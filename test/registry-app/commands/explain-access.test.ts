import { describe, expect, test } from 'vitest'
import { type ExplainOptions, explainAccess } from '../../../registry-app/src/commands/explain-access.ts'

const rules = `storage: inmemory
auth: local
groups: {dev: [alice]}
access:
  - { repositories: ["public/**"], who: [anonymous], actions: [pull] }
  - { name: team, repositories: ["team/**"], who: ["group:dev", "claim:ci", "robot:deploy"], actions: [pull, push] }
  - { name: lists, repositories: ["**"], who: [signed-in], actions: [catalog] }
`

function explained(options: ExplainOptions, text = rules) {
  let said = ''
  const source = { named: 'config.yml', embedded: '', environment: {}, readFile: () => text }
  const allowed = explainAccess(source, options, part => {
    said += part
  })
  return [allowed, said]
}

describe('access explain', () => {
  test.each<[ExplainOptions, boolean, string]>([
    [{ user: 'alice', repository: 'team/a', action: 'push' }, true, 'user alice (in dev) may push team/a\nallowed by team\n'],
    [
      { user: 'bob', repository: 'team/a', action: 'push' },
      false,
      'user bob may not push team/a\nteam does not allow it: its who names somebody else\nlists does not allow it: push is not among its actions\n',
    ],
    [{ user: 'bob', group: ['dev'], repository: 'team/a', action: 'push' }, true, 'user bob (in dev) may push team/a\nallowed by team\n'],
    [{ claim: ['ci'], repository: 'team/a', action: 'pull' }, true, 'somebody by claim:ci may pull team/a\nallowed by team\n'],
    [{ robot: 'deploy', repository: 'team/a', action: 'pull' }, true, 'robot deploy may pull team/a\nallowed by team\n'],
    [{ repository: 'public/a', action: 'pull' }, true, 'nobody in particular may pull public/a\nallowed by rule 1\n'],
    [
      { repository: 'public/a', action: 'delete' },
      false,
      'nobody in particular may not delete public/a\nrule 1 does not allow it: delete is not among its actions\n',
    ],
    [
      { user: 'alice', repository: 'other/a', action: 'pull' },
      false,
      [
        'user alice (in dev) may not pull other/a',
        'rule 1 does not allow it: its repositories are others',
        'team does not allow it: its repositories are others',
        'lists does not allow it: pull is not among its actions',
        '',
      ].join('\n'),
    ],
    [
      { repository: 'other/a', action: 'delete' },
      false,
      'nobody in particular may not delete other/a\nno rule comes close: none matches two of who, repositories and actions\n',
    ],
    [
      { user: 'bob', repository: 'team/a', action: 'catalog' },
      true,
      'user bob may catalog team/a\nallowed by lists\nit is not listed all the same, because only what one may pull is\n',
    ],
  ])('%j', (options, allowed, says) => {
    expect(explained(options)).toEqual([allowed, says])
  })

  test.each([
    ['storage: inmemory\n', {}, true, 'without auth, everybody may pull everywhere'],
    ['storage: inmemory\nauth: local\n', { user: 'x' }, true, 'there are no rules: everyone signed in may do everything'],
    ['storage: inmemory\nauth: local\n', {}, false, 'nobody is signed in'],
  ])('without rules it says so: %j', (text, who, allowed, says) => {
    expect(explained({ ...who, repository: 'a', action: 'pull' }, text)).toEqual([allowed, expect.stringContaining(says)])
  })

  test.each<[Partial<ExplainOptions>, string]>([
    [{ action: 'psh' }, '--action: must be one of pull, push, delete, catalog, administer; did you mean push?'],
    [{ repository: 'A' }, '--repository: A can be no repository'],
    [{ user: 'a', robot: 'b' }, '--user and --robot: are different ones'],
    [{ group: ['dev'] }, '--group: is about a user'],
  ])('%j is refused', (options, says) => {
    expect(() => explained({ repository: 'a', action: 'pull', ...options })).toThrow(says)
  })
})
