import { describe, expect, test } from 'vitest'
import type { Facts } from '../../../registry-app/src/doctor/facts.ts'
import { recommendedSettings, renderRecommendation } from '../../../registry-app/src/doctor/recommend.ts'
import type { Target } from '../../../registry-app/src/doctor/target.ts'

const target: Target = { bucket: 'images', region: 'east-1', endpoint: 'https://store.example', secure: true, root: '' }
const both: Facts = { signing: ['v4', 'v2'], addressing: ['path', 'virtual'], presigned: ['v4', 'v2'], acl: true }
const settings = (facts: Facts, over: Partial<Target> = {}) =>
  recommendedSettings({ target: { ...target, ...over }, facts: { ...both, ...facts } })

describe('it is recommended', () => {
  test('to leave out what is as usual', () => {
    expect(settings({})).toEqual({
      s3: { bucket: 'images', region: 'east-1', regionendpoint: 'store.example', secure: true, forcepathstyle: true, signingversion: 'v4' },
    })
  })

  test.each<[what: string, facts: Facts, over: Partial<Target>, expected: object]>([
    ['to sign by version 2 where there is no other', { signing: ['v2'] }, {}, { signingversion: 'v2' }],
    ['to keep what is configured and works', {}, { signing: 'v2', addressing: 'virtual' }, { signingversion: 'v2', forcepathstyle: false }],
    [
      'to change what is configured and does not work',
      { signing: ['v2'], addressing: ['path'] },
      { signing: 'v4', addressing: 'virtual' },
      { signingversion: 'v2', forcepathstyle: true },
    ],
    ['to name the region that the store has', { region: 'west-2' }, {}, { region: 'west-2' }],
    ['to set no ACL where that is an error', { acl: false }, {}, { objectacl: 'none' }],
    ['to tell the MD5 where that is demanded', { contentMd5: true }, {}, { contentmd5: true }],
    ['to go on telling it', {}, { contentMd5: true }, { contentmd5: true }],
    ['to stay in the folder', {}, { root: 'a/b' }, { rootdirectory: 'a/b' }],
    ['to do without TLS where the URL says so', {}, { endpoint: 'http://store:9000/' }, { regionendpoint: 'store:9000', secure: false }],
    ['to keep the path of an endpoint', {}, { endpoint: 'https://store.example/s3' }, { regionendpoint: 'https://store.example/s3' }],
  ])('%s', (_, facts, over, expected) => {
    expect(settings(facts, over).s3).toMatchObject(expected)
  })

  test('to let Amazon’s endpoint follow from the region', () => {
    expect(settings({}, { endpoint: undefined }).s3).not.toHaveProperty('regionendpoint')
  })

  test.each<[facts: Facts, redirect: object | undefined]>([
    [{ presigned: ['v4'] }, undefined],
    [{ presigned: ['v2'] }, { disable: true }],
    [{ presigned: [] }, { disable: true }],
  ])('to redirect nobody where URLs of the version in use do not work: %o', (facts, redirect) => {
    expect(settings(facts).redirect).toEqual(redirect)
  })
})

test('what is not as it could be stands above, as comments', () => {
  const results = [
    { name: 'copy', verdict: 'lacking', says: 'it cannot', milliseconds: 1 },
    { name: 'put', verdict: 'good', says: 'it can', milliseconds: 1 },
  ] as const
  const text = renderRecommendation({ target, facts: both, results, unasked: 0 })
  expect(text).toMatch(/^# copy: it cannot\nstorage:\n {2}s3:\n {4}bucket: images\n/)
})
