import { expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

const file = (policy: string) => `storage: inmemory\npolicy: {${policy}}`
const ruled = (rule: string) => file(`retention: {enabled: true, rules: [${rule}]}`)

test('a rule of retention is about all tags of its repositories unless it says which', () => {
  const { retention, undo, lastpulls } = load(ruled('{repositories: [team/**], keep: {newest: 10, pulled: 720h}}')).config.policy
  expect(retention).toEqual({
    enabled: true,
    schedule: '24h',
    dryrun: false,
    rules: [{ repositories: ['team/**'], tags: ['*'], keep: { newest: 10, pulled: 30 * 24 * 3_600_000 }, referrers: false }],
  })
  expect([undo, lastpulls]).toEqual([
    { grace: 7 * 24 * 3_600_000, deletions: false },
    { enabled: true, interval: 6 * 3_600_000 },
  ])
})

test.each([
  ['{keep: {newest: 1}}', 'repositories'],
  ['{repositories: [], keep: {newest: 1}}', 'would remove nothing'],
  ['{repositories: [Team], keep: {newest: 1}}', 'no capital letters'],
  ['{repositories: [a]}', 'keep'],
  ['{repositories: [a], keep: {}}', 'the rule would keep nothing, and every tag would go'],
  ['{repositories: [a], keep: {newest: 0}}', 'a whole number from 1'],
  ['{repositories: [a], keep: {newest: ten}}', 'a whole number from 1'],
  ['{repositories: [a], keep: {tags: []}}', 'would keep nothing'],
  ["{repositories: [a], keep: {tags: ['v[0-9]']}}", 'can match no tag'],
  ['{repositories: [a], keep: {pushed: 30d}}', 'must be a duration'],
  ['{repositories: [a], keep: {pulled: 1h}}', 'must be at least 24h'],
  ['{repositories: [a], keep: {pulled: 9000h}}', 'must be at most 365 days'],
  ['{repositories: [a], keep: {newst: 1}}', 'newst'],
  ['{repositories: [a], tag: [x], keep: {newest: 1}}', 'tag'],
])('the rule %s is refused: so nothing is removed by mistake', (rule, complaint) => {
  expect(JSON.stringify(complaintsOf(ruled(rule)))).toContain(complaint)
})

test.each([
  ['retention: {enabled: true}', 'must not be empty where retention is enabled'],
  ['retention: {schedule: daily}', 'must be an interval of a second at least'],
  ['undo: {grace: 0s}', 'must be at least 1s'],
  ['lastpulls: {enabled: false}, retention: {rules: [{repositories: [a], keep: {pulled: 720h}}]}', 'needs policy.lastpulls.enabled'],
])('%s is refused', (policy, complaint) => {
  expect(JSON.stringify(complaintsOf(file(policy)))).toContain(complaint)
})
