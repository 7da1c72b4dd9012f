import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileGlob, GlobError } from '../../../../registry-app/src/auth/access/glob.ts'
import { matches } from '../matrix/oracle.ts'

describe('a glob', () => {
  test.each([
    ['**', ['a', 'a/b/c'], []],
    ['team/app', ['team/app'], ['team/app2', 'team', 'team/app/x', 'a/team/app']],
    ['public/**', ['public/a', 'public/a/b'], ['public', 'public2/a', 'a/public/b']],
    ['*', ['a', 'abc-d'], ['a/b']],
    ['team/*', ['team/a'], ['team', 'team/a/b', 'teams/a']],
    ['te*m/a', ['team/a', 'tem/a', 'te.x__m/a'], ['te/m/a', 'tem/ab']],
    ['**/app', ['app', 'a/app', 'a/b/app'], ['app/a', 'xapp']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['az', 'a/b/zz', 'z']],
    ['a/**/b*/**', ['a/b/c', 'a/x/b1/c', 'a/b/b/c'], ['a/b', 'a/x/b1']],
    ['a.b/c', ['a.b/c'], ['axb/c']],
  ])('%s is for %j, and not for %j', (glob, its, others) => {
    const fits = compileGlob(glob)
    expect([its.filter(name => !fits(name)), others.filter(fits)]).toEqual([[], []])
  })

  test.each([
    ['', 'must name repositories'],
    ['/a', 'no empty segment'],
    ['a/', 'no empty segment'],
    ['a//b', 'no empty segment'],
    ['Team/a', 'no capital letters'],
    ['a b', 'a-z, 0-9'],
    ['a/[bc]', 'a-z, 0-9'],
    ['a**', 'stands alone between slashes'],
    ['a/**b', 'stands alone between slashes'],
    ['a'.repeat(256), 'at most 255'],
  ])('%j is none, and says why', (glob, says) => {
    expect(() => compileGlob(glob)).toThrow(GlobError)
    expect(() => compileGlob(glob)).toThrow(says)
  })

  test('whatever it is made of means what the plainest reading says', () => {
    const segment = fc.stringMatching(/^[ab]{1,3}$/)
    const pattern = fc.oneof(
      segment,
      fc.constant('**'),
      fc.stringMatching(/^[ab*]{1,4}$/).map(text => text.replace(/\*+/g, '*')),
    )
    const glob = fc.array(pattern, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))
    const name = fc.array(segment, { minLength: 1, maxLength: 6 }).map(parts => parts.join('/'))
    fc.assert(fc.property(glob, name, (one, other) => compileGlob(one)(other) === matches(one, other)))
  })

  test('that tries many ways takes no longer than the lengths multiplied', () => {
    const fits = compileGlob(`${'**/a*a*a*a*/'.repeat(20)}z`)
    const name = Array.from({ length: 51 }, () => 'aaaa').join('/')
    const started = performance.now()
    for (let times = 0; times < 20; times += 1) expect(fits(name)).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
