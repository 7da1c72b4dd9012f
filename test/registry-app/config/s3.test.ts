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
      contentmd5: false,
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
    ['bucket: "", region: east-1', 'storage.s3.bucket: must be given'],
    ['bucket: , region: east-1', 'storage.s3.bucket: must be text'],
    ['bucket: [images], region: east-1', 'storage.s3.bucket: must be text'],
    ['bucket: images', 'storage.s3.region: must be given'],
    ['bucket: images, region: "", regionendpoint: ""', 'storage.s3.region: must be given'],
    ['bucket: images, region: east-1, accesskey: "", secretkey: me', 'storage.s3.accesskey: must be given'],
    ['bucket: images, region: east-1, accesskey: me', 'storage.s3.secretkey: must be given: accesskey and secretkey belong together'],
    ['bucket: images, region: east-1, secretkey: me', 'storage.s3.accesskey: must be given'],
    ['bucket: images, region: east-1, signingversion: v2, v4auth: true', 'storage.s3.v4auth: contradicts signingversion: v2'],
    ['bucket: images, region: east-1, signingversion: v3', 'storage.s3.signingversion: must be one of v2, v4, auto'],
    ['bucket: images, region: east-1, keyid: arn', 'storage.s3.keyid: needs encrypt: true'],
    ['bucket: images, region: east-1, chunksize: 1000000', 'storage.s3.chunksize: must be a whole number from 5242880 to 5368709120'],
    ['bucket: images, region: east-1, chunksize: 200000000', 'storage.s3.uploadmemory: must be at least chunksize'],
    ['bucket: images, regionendpoint: "http://"', 'storage.s3.regionendpoint: "http://" is no S3 endpoint: write a host, host:port or URL'],
    ['bucket: images, regionendpoint: "https://me:hunter2@host"', 'storage.s3.regionendpoint: "https://…@host" is no S3 endpoint'],
    [
      'bucket: images, region: east-1, redirectendpoint: "https://host/?a"',
      'storage.s3.redirectendpoint: "https://host/?a" is no S3 endpoint',
    ],
    ['bucket: images, region: east-1, regionendpont: x', 'storage.s3.regionendpont: unknown key; did you mean regionendpoint?'],
  ])('{%s} is refused: %s', (keys, complaint) => {
    expect(complaintsAbout(keys)).toEqual([expect.stringContaining(complaint)])
  })

  test('says of a key that is missing what it says of it, and shows nothing in its place', () => {
    expect(complaintsAbout('bucket: images, region: east-1, accesskey: me')).toEqual([expect.not.stringContaining('***')])
    expect(complaintsAbout('bucket: images, region: east-1, accesskey: me, secretkey: [x]')).toEqual([expect.stringContaining('***')])
  })

  test('takes what is left empty, as variables often are, for what is not given', () => {
    const texts = ['regionendpoint', 'redirectendpoint', 'accesskey', 'secretkey', 'sessiontoken', 'cacert', 'useragent']
    const more = ['keyid', 'storageclass', 'objectacl']
    const empty = Object.fromEntries([...texts, ...more].map(name => [`REGISTRY_STORAGE_S3_${name.toUpperCase()}`, '']))
    expect(s3('', empty)).toEqual(s3(''))
  })

  test.each(['2024', '0123', '1e3', 'yes'])('takes the bucket %s by its letters', bucket => {
    expect(load(`storage: {s3: {bucket: ${bucket}, region: 1}}`).config.storage.s3).toMatchObject({ bucket, region: '1' })
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

describe('storage.redirect.expires', () => {
  test.each([
    ['0s', 'must be at least 1s'],
    ['500ms', 'must be at least 1s'],
    ['200h', 'must be at most 7 days (168h)'],
  ])('of %s is refused: it %s, as a signed URL does', (expires, complaint) => {
    expect(complaintsOf(`storage: {inmemory: {}, redirect: {expires: ${expires}}}`)).toEqual([
      expect.stringContaining(`storage.redirect.expires: ${complaint}`),
    ])
  })
})

describe('storage.cache.vouchfor', () => {
  test('is five minutes, may be nothing, and is never longer than what a collection of garbage waits', () => {
    const vouchfor = (text: string) => load(`storage: {inmemory: {}, cache: {vouchfor: ${text}}}`).config.storage.cache.vouchfor
    expect(load('storage: inmemory').config.storage.cache.vouchfor).toBe(300_000)
    expect([vouchfor('0s'), vouchfor('1h')]).toEqual([0, 3_600_000])
    expect(complaintsOf('storage: {inmemory: {}, cache: {vouchfor: 61m}}')).toEqual([
      expect.stringContaining('storage.cache.vouchfor: must be at most 1h'),
    ])
  })
})
