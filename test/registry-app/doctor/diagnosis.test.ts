import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { diagnose } from '../../../registry-app/src/doctor/diagnosis.ts'
import type { Facts } from '../../../registry-app/src/doctor/facts.ts'
import type { Verdict } from '../../../registry-app/src/doctor/probe.ts'
import type { Target } from '../../../registry-app/src/doctor/target.ts'

const target: Target = {
  ...{ bucket: 'images', region: 'east-1', endpoint: 'store.example', secure: true, root: 'a' },
  signing: 'v4',
  addressing: 'path',
}
const found: Facts = { signing: ['v4', 'v2'], addressing: ['path', 'virtual'], presigned: ['v4'] }
const result = (verdict: Verdict, name = 'copy') => ({ name, verdict, says: `${name} is ${verdict}`, milliseconds: 1 })

const diagnosisOf = (verdicts: readonly Verdict[], unasked = 0) =>
  diagnose({ target, facts: found, unasked, results: verdicts.map(each => result(each)) }, 5, { redirects: false })

const settingsFor = (
  facts: Facts,
  { redirects = false, acl, unasked = 0 }: { redirects?: boolean; acl?: string; unasked?: number } = {},
) => {
  const { settings } = diagnose({ target, facts: { ...found, ...facts }, unasked, results: [] }, 5, { redirects, acl })
  return settings === undefined ? undefined : parse(settings)
}

describe('a diagnosis', () => {
  test.each<[Verdict[], number, string]>([
    [['good', 'skipped'], 0, 'good'],
    [['good', 'lacking'], 0, 'lacking'],
    [['bad', 'lacking'], 0, 'bad'],
    [['good'], 1, 'bad'],
  ])('of %o and %i that were not asked is %s', (verdicts, unasked, verdict) => {
    expect(diagnosisOf(verdicts, unasked).verdict).toBe(verdict)
  })

  test('has what is not good, and counts the rest', () => {
    expect(diagnosisOf(['good', 'lacking', 'skipped'], 2)).toEqual({
      at: 5,
      verdict: 'bad',
      questions: 5,
      good: 1,
      unasked: 2,
      findings: [{ name: 'copy', verdict: 'lacking', says: 'copy is lacking' }],
      settings: undefined,
    })
  })
})

describe('the settings that it recommends', () => {
  test('are none where those in force are the best', () => {
    expect(settingsFor({})).toBeUndefined()
    expect(settingsFor({ acl: false, presigned: [] })).toBeUndefined()
  })

  test.each<[what: string, Facts, Parameters<typeof settingsFor>[1], settings: object]>([
    ['another signing version', { signing: ['v2'], presigned: ['v2'] }, {}, { s3: { signingversion: 'v2' } }],
    ['the other style', { addressing: ['virtual'] }, {}, { s3: { forcepathstyle: false } }],
    ['the region of the bucket', { region: 'west-2' }, {}, { s3: { region: 'west-2' } }],
    ['no ACL where one is set and refused', { acl: false }, { acl: 'private' }, { s3: { objectacl: 'none' } }],
    ['nobody sent to URLs that do not work', { presigned: [] }, { redirects: true }, { redirect: { disable: true } }],
  ])('are only what differs: %s', (_, facts, inForce, settings) => {
    expect(settingsFor(facts, inForce)).toEqual({ storage: settings })
  })

  test('are none where too little was found out', () => {
    expect(settingsFor({ signing: [] })).toBeUndefined()
    expect(settingsFor({ presigned: [] }, { redirects: true, unasked: 3 })).toBeUndefined()
  })
})
