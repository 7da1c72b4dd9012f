import { describe, expect, test } from 'vitest'
import { targetOf } from '../../../lib/doctor/target.ts'

const bucket = { bucket: 'images', region: 'east-1' }

describe('a storage.s3 section', () => {
  test.each([
    ['Amazon’s bucket', {}, { endpoint: undefined, secure: true, signing: undefined, addressing: undefined, root: '' }],
    ['v4auth: no, as an old store needs it', { v4auth: false }, { signing: 'v2' }],
    ['v4auth: yes', { v4auth: true }, { signing: 'v4' }],
    ['signingversion before v4auth', { v4auth: false, signingversion: 'v4' }, { signing: 'v4' }],
    ['auto: whatever it takes', { v4auth: false, signingversion: 'auto' }, { signing: undefined }],
    ['paths', { forcepathstyle: true }, { addressing: 'path' }],
    ['names of hosts', { forcepathstyle: false }, { addressing: 'virtual' }],
    ['an endpoint without TLS', { regionendpoint: 'store:9000', secure: false }, { endpoint: 'store:9000', secure: false }],
    ['Content-MD5', { contentmd5: true }, { contentMd5: true }],
    ['a folder', { rootdirectory: '/a/b/' }, { root: 'a/b' }],
  ])('says %s', (_, settings, target) => {
    expect(targetOf({ ...bucket, ...settings })).toMatchObject({ ...bucket, ...target })
  })

  test.each(['bucket', 'region'])('must name the %s', key => {
    expect(() => targetOf({ ...bucket, [key]: undefined })).toThrow(`the ${key} is missing: give --${key}`)
  })
})
