import { expect, test } from 'vitest'
import { compileClaimPattern } from '../../../../registry-app/src/auth/oidc/claim-pattern.ts'

test.each<[patterns: string[], claim: unknown, fits: boolean]>([
  [['acme/app'], 'acme/app', true],
  [['acme/app'], 'acme/app2', false],
  [['acme/app'], 'ACME/app', false],
  [['acme/*'], 'acme/app', true],
  [['acme/*'], 'acme/', true],
  [['acme/*'], 'acme/group/app', false],
  [['acme/*'], 'acme-evil/app', false],
  [['acme/**'], 'acme/group/app', true],
  [['**'], 'anything/at:all', true],
  [['refs/tags/v*'], 'refs/tags/v1.2.3', true],
  [['refs/tags/v*'], 'refs/tags/v1/2', false],
  [['repo:acme/*:ref:refs/heads/main'], 'repo:acme/app:ref:refs/heads/main', true],
  [['repo:acme/*:ref:refs/heads/main'], 'repo:acme/app:environment:x:ref:refs/heads/main', false],
  [['repo:acme/*:ref:refs/heads/main'], 'repo:acme/app:ref:refs/heads/main2', false],
  [['a*b*c'], 'a-b-b-c', true],
  [['a**b*c'], 'a/b/b-c', true],
  [['a**b*c'], 'a/b/b/c', false],
  [['main', 'release-*'], 'release-7', true],
  [['main', 'release-*'], 'dev', false],
  [['.*'], 'anything', false],
  [['a+'], 'aa', false],
  [['true'], true, true],
  [['123'], 123, true],
  [['123'], 1234, false],
  [['dev'], ['ops', 'dev'], true],
  [['dev'], ['ops'], false],
  [['dev'], [['dev']], false],
  [['**'], undefined, false],
  [['**'], null, false],
  [['**'], {}, false],
  [['**'], [], false],
])('%j is asked of %j: %s', (patterns, claim, fits) => {
  expect(compileClaimPattern(patterns)(claim)).toBe(fits)
})

test('takes no time that somebody else decides on', () => {
  const started = performance.now()
  expect(compileClaimPattern([`${'*a**'.repeat(30)}b`])('a'.repeat(4000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(2000)
})
