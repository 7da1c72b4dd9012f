import { describe, expect, test } from 'vitest'
import { complaintsOf, errorOf, load } from './complaints-of.ts'

const s3 = (keys: string, environment = {}) =>
  load(`storage: {s3: {bucket: images, region: east-1, ${keys}}}`, environment).config.storage.s3
const complaintsAbout = (keys: string) => complaintsOf(`storage: {s3: {${keys}}}`)

describe('storage.s3', () => {
  test('needs a bucket and a region, and has every default filled in', () => {
    expect(s3('')).toEqual({
      bucket: 'images',
      region: 'east-1',
      secure: true,
      skipverify: false,
      usedualstack: false,
      accelerate: false,
      usefipsendpoint: false,
      maxconnections: 100,
      retrytime: 30_000,
      rootdirectory: '',
      encrypt: false,
      listversion: 'auto',
      chunksize: 10_485_760,
      uploadmemory: 150_994_944,
      multipartcopythresholdsize: 268_435_456,
      multipartcopychunksize: 67_108_864,
      multipartcopymaxconcurrency: 16,
    })
  })

  test('reads the file of ten years ago: `v4auth: no` is false, and so is what the store is asked for', () => {
    const text = `version: 0.1
storage:
    delete:
      enabled: true
    s3:
      accesskey: me
      secretkey: hunter2
      region: east-1
      regionendpoint: store.example
      secure: true
      bucket: images
      v4auth: no
    redirect:
      disable: yes
http:
    addr: :5000
    debug:
        addr: localhost:5001
`
    const { storage } = load(text).config
    expect(storage.s3).toMatchObject({ v4auth: false, regionendpoint: 'store.example', secure: true, secretkey: 'hunter2' })
    expect(storage.redirect.disable).toBe(true)
  })

  test('may be called s3aws, in a file and in variables', () => {
    expect(load('storage: {s3aws: {bucket: images, region: east-1}}').config.storage.s3?.bucket).toBe('images')
    const environment = {
      REGISTRY_STORAGE_S3AWS_BUCKET: 'other',
      REGISTRY_STORAGE_S3_ACCESSKEY: 'me',
      REGISTRY_STORAGE_S3_SECRETKEY: 'hunter2',
    }
    expect(s3('', environment)).toMatchObject({ bucket: 'other', accesskey: 'me', secretkey: 'hunter2' })
    expect(complaintsOf('storage: {s3: {bucket: a, region: b}, s3aws: {bucket: a, region: b}}')).toEqual([
      expect.stringContaining('storage.s3aws: unknown key'),
    ])
  })

  test.each([
    ['region: east-1', 'storage.s3.bucket: is missing, and must be given'],
    ['bucket: images', 'storage.s3.region: must be given'],
    ['bucket: images, region: east-1, accesskey: me', 'storage.s3.secretkey: must be given: accesskey and secretkey belong together'],
    ['bucket: images, region: east-1, secretkey: me', 'storage.s3.accesskey: must be given'],
    ['bucket: images, region: east-1, signingversion: v2, v4auth: true', 'storage.s3.v4auth: contradicts signingversion: v2'],
    ['bucket: images, region: east-1, signingversion: v3', 'storage.s3.signingversion: must be one of v2, v4, auto'],
    ['bucket: images, region: east-1, keyid: arn', 'storage.s3.keyid: needs encrypt: true'],
    ['bucket: images, region: east-1, chunksize: 1000000', 'storage.s3.chunksize: must be a whole number from 5242880 to 5368709120'],
    ['bucket: images, region: east-1, chunksize: 200000000', 'storage.s3.uploadmemory: must be at least chunksize'],
    ['bucket: images, region: east-1, regionendpont: x', 'storage.s3.regionendpont: unknown key; did you mean regionendpoint?'],
  ])('{%s} is refused: %s', (keys, complaint) => {
    expect(complaintsAbout(keys)).toEqual([expect.stringContaining(complaint)])
  })

  test('takes a region from nowhere where an endpoint says which store it is', () => {
    expect(load('storage: {s3: {bucket: images, regionendpoint: "http://127.0.0.1:9000"}}').config.storage.s3?.region).toBeUndefined()
  })

  test('never shows a secret', () => {
    const text = 'storage: {s3: {bucket: images, region: east-1, secretkey: [hunter2], sessiontoken: {a: hunter2}}}'
    expect(errorOf(text).message).not.toContain('hunter2')
  })
})

describe('storage.redirect.disable', () => {
  test.each([
    ['{}', 'auto'],
    ['{disable: auto}', 'auto'],
    ['{disable: no}', false],
    ['{disable: yes}', true],
  ])('%s is %s', (redirect, disable) => {
    const { config, warnings } = load(`storage: {s3: {bucket: images, region: east-1}, redirect: ${redirect}}`)
    expect(config.storage.redirect.disable).toBe(disable)
    expect(warnings).toEqual([])
  })

  test('is true, false or auto', () => {
    expect(complaintsOf('storage: {inmemory: {}, redirect: {disable: maybe}}')).toEqual([
      expect.stringContaining('storage.redirect.disable: must be true, false or auto'),
    ])
  })
})
