import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tag } from '../../../registry-app/src/registry/name.ts'
import { type DecideOptions, decide, type TagFacts } from '../../../registry-app/src/retention/decide.ts'
import { day, rulesOf } from './support/trial.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const today = Math.floor(now / day)
const tag = (text: string) => text as Tag
const ago = (days: number) => now - days * day

const judge = (tags: readonly TagFacts[], rules: string, options: Partial<DecideOptions> = {}) =>
  decide(tags, { rules: rulesOf(rules), now, pullsSince: ago(400), youngest: 120_000, isDeletable: () => true, ...options })

/** The reasons, by tag; those that go in capitals. */
const said = (tags: readonly TagFacts[], rules: string, options?: Partial<DecideOptions>) =>
  judge(tags, rules, options).map(({ tag, stays, reason }) => `${stays ? tag : tag.toUpperCase()}: ${reason}`)

const four = [4, 1, 3, 2].map(days => ({ tag: tag(`d${days}`), pushed: ago(days) }))

describe('a tag', () => {
  test('stays among the newest, which are those that were set last', () => {
    expect(said(four, '[{repositories: ["**"], keep: {newest: 2}}]')).toEqual([
      'D4: rule 1 keeps the newest 2; pushed 2026-02-25',
      'd1: rule 1: among the newest 2',
      'D3: rule 1 keeps the newest 2; pushed 2026-02-26',
      'd2: rule 1: among the newest 2',
    ])
  })

  test('stays with all that were set in the same moment as the last of the newest', () => {
    const same = ['a', 'b', 'c'].map(text => ({ tag: tag(text), pushed: ago(5) }))
    expect(judge(same, '[{repositories: ["**"], keep: {newest: 1}}]').every(({ stays }) => stays)).toBe(true)
  })

  test('stays if one of the rules that are about it keeps it, and goes if none does, and for all of them', () => {
    const rules = '[{name: few, repositories: ["**"], keep: {newest: 1}}, {repositories: ["**"], tags: ["d*"], keep: {tags: [d3, "x*"]}}]'
    expect(said(four, rules)).toEqual([
      'D4: few keeps the newest 1; rule 2 keeps d3, x*; pushed 2026-02-25',
      'd1: few: among the newest 1',
      'd3: rule 2: fits d3, x*',
      'D2: few keeps the newest 1; rule 2 keeps d3, x*; pushed 2026-02-27',
    ])
  })

  test('that no rule is about stays, and does not count among the newest', () => {
    const rules = '[{repositories: ["**"], tags: [d2, d3, d4], keep: {newest: 1}}]'
    expect(judge(four, rules).flatMap(({ tag, stays }) => (stays ? [tag] : []))).toEqual(['d1', 'd2'])
  })

  test.each<[string, Partial<TagFacts>, boolean]>([
    ['pulled on a day whose end is within the time', { pulled: today - 30 }, true],
    ['pulled on a day that ended before', { pulled: today - 31 }, false],
    ['never pulled', {}, false],
    ['pulled on a day that is yet to come, by the clock of whoever counted', { pulled: today + 3 }, true],
  ])('%s: %j stays: %s', (_, facts, stays) => {
    const [decision] = judge([{ tag: tag('v1'), pushed: ago(100), ...facts }], '[{repositories: ["**"], keep: {pulled: 720h}}]')
    expect(decision?.stays).toBe(stays)
  })

  test.each([
    [undefined, 'nobody has counted pulls lately'],
    [ago(29), 'pulls have been counted since 2026-01-31 only'],
  ])('stays as long as pulls have not been counted for the whole time: since %s', (pullsSince, reason) => {
    const tags = [{ tag: tag('v1'), pushed: ago(100) }]
    expect(said(tags, '[{repositories: ["**"], keep: {pulled: 720h}}]', { pullsSince })).toEqual([`v1: rule 1: ${reason}`])
  })

  test('of a signature, or one that is immutable or was just pushed, stays whatever the rules say', () => {
    const tags = [
      { tag: tag(`sha256-${'a'.repeat(64)}.sig`), pushed: ago(100) },
      { tag: tag('release'), pushed: ago(100) },
      { tag: tag('young'), pushed: now - 60_000 },
      { tag: tag('old'), pushed: ago(100) },
    ]
    const options = { isDeletable: (each: Tag) => each !== 'release' }
    expect(said(tags, '[{repositories: ["**"], keep: {tags: [nothing]}}]', options)).toEqual([
      `sha256-${'a'.repeat(64)}.sig: of a signature or another referrer`,
      'release: immutable (policy.immutabletags)',
      'young: just pushed',
      'OLD: rule 1 keeps nothing; pushed 2025-11-21',
    ])
  })
})

describe('whatever the rules and tags are', () => {
  const facts = fc.record(
    {
      tag: fc.constantFrom('v1', 'v2', 'v10', 'main', 'pr-1', 'pr-2', 'latest', `sha256-${'b'.repeat(64)}`).map(tag),
      pushed: fc.integer({ min: 0, max: 40 }).map(days => ago(days) - 1),
      pulled: fc.integer({ min: today - 40, max: today }),
    },
    { requiredKeys: ['tag', 'pushed'] },
  )
  const globs = fc.uniqueArray(fc.constantFrom('*', 'v*', 'pr-*', 'main', '*1', 'latest'), { minLength: 1, maxLength: 3 })
  const days = fc.integer({ min: 1, max: 40 })
  const keep = fc
    .record({ newest: fc.integer({ min: 1, max: 5 }), tags: globs, pushed: days.map(hours), pulled: days.map(hours) }, { requiredKeys: [] })
    .filter(given => Object.keys(given).length > 0)
  const rules = fc.array(fc.record({ tags: globs, keep }), { minLength: 1, maxLength: 3 })
  const since = fc.option(fc.integer({ min: 0, max: 50 }).map(ago), { nil: undefined })

  test('it is decided as by somebody who reads them aloud', () => {
    fc.assert(
      fc.property(fc.uniqueArray(facts, { selector: each => each.tag }), rules, since, (tags, written, pullsSince) => {
        const yaml = JSON.stringify(written.map(rule => ({ repositories: ['**'], ...rule })))
        const stays = judge(tags, yaml, { pullsSince }).flatMap(({ tag, stays }) => (stays ? [tag] : []))
        expect(stays).toEqual(tags.filter(each => oracle(each, tags, written, pullsSince)).map(each => each.tag))
      }),
      { numRuns: 500 },
    )
  })

  test('more rules about the same tags keep more, or the same', () => {
    fc.assert(
      fc.property(fc.uniqueArray(facts, { selector: each => each.tag }), rules, since, (tags, written, pullsSince) => {
        const [first, ...rest] = written.map(rule => ({ repositories: ['**'], ...rule, tags: ['*'] }))
        const kept = (some: unknown[]) => judge(tags, JSON.stringify(some), { pullsSince }).filter(({ stays }) => stays).length
        expect(kept([first, ...rest])).toBeGreaterThanOrEqual(kept([first]))
      }),
    )
  })
})

const hours = (days: number) => `${days * 24}h`

interface Written {
  readonly tags: readonly string[]
  readonly keep: { readonly newest?: number; readonly tags?: readonly string[]; readonly pushed?: string; readonly pulled?: string }
}

/** Slow, and by other means: patterns as regular expressions, the newest by counting who is newer, days one by one. */
function oracle(facts: TagFacts, all: readonly TagFacts[], rules: readonly Written[], pullsSince: number | undefined): boolean {
  const isSignature = (each: TagFacts) => each.tag.startsWith('sha256-')
  if (isSignature(facts) || facts.pushed > now - 120_000) return true
  const fits = (globs: readonly string[], each: TagFacts) =>
    globs.some(glob => new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(each.tag))
  const about = rules.filter(({ tags }) => fits(tags, facts))
  const milliseconds = (text: string) => Number(text.slice(0, -1)) * 3_600_000
  const keeps = ({ tags, keep }: Written) => {
    const newer = all.filter(each => !isSignature(each) && fits(tags, each) && each.pushed > facts.pushed)
    if (keep.newest !== undefined && newer.length < keep.newest) return true
    if (keep.tags && fits(keep.tags, facts)) return true
    if (keep.pushed !== undefined && facts.pushed > now - milliseconds(keep.pushed)) return true
    if (keep.pulled === undefined) return false
    const from = now - milliseconds(keep.pulled)
    if (pullsSince === undefined || pullsSince > from) return true
    for (let each = today - 100; each <= today; each += 1) if (each === facts.pulled && (each + 1) * day > from) return true
    return false
  }
  return about.length === 0 || about.some(keeps)
}
