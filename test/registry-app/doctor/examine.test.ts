import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../../registry-app/src/doctor/probe.ts'
import { probes } from '../../../registry-app/src/doctor/probes.ts'
import { isHealthy } from '../../../registry-app/src/doctor/report.ts'
import { examineAt, resultOf } from './support/examine-double.ts'
import type { Faults } from './support/faults.ts'
import { storeDouble } from './support/store-double.ts'

/** The questions that everything else stands on, and one more. */
const needed = ['signing versions', 'addressing styles', 'put']
const only = (name: string) => probes.filter(probe => needed.includes(probe.name) || probe.name === name)

describe('a store without faults', () => {
  test('gets good answers only, but for the lifecycle rule that it lacks', async () => {
    const store = await storeDouble()
    const report = await examineAt(store.endpoint)
    expect(report.results.filter(({ verdict }) => verdict !== 'good').map(({ name, says }) => [name, says])).toEqual([
      ['lifecycle', expect.stringContaining('no rule aborts unfinished uploads')],
    ])
    expect(isHealthy(report)).toBe(true)
  })

  test('has nothing of the doctor’s afterwards, and all that it had before', async () => {
    const store = await storeDouble({ forgotten: 100 }, { 'docker/registry/v2/blob': 'precious' })
    await examineAt(store.endpoint)
    expect(store.keys()).toEqual(['docker/registry/v2/blob'])
    expect(store.uploads()).toBe(0)
  })

  test('is written to below one prefix only, and that within the root directory', async () => {
    const written = new Set<string>()
    const store = await storeDouble({ seen: (operation, key) => /^(Put|Copy|Create|Delete|Upload)/.test(operation) && written.add(key) })
    await examineAt(store.endpoint, { root: 'registry/images' })
    // DeleteObjects stands without a key: it names them in its body.
    expect([...written].filter(key => key !== '' && !key.startsWith('registry/images/bucket-registry-doctor-nonce/'))).toEqual([])
  })
})

describe('the fault is found:', () => {
  test.each<[fault: Faults, probe: string, verdict: Verdict, says: string]>([
    [{ signing: ['v2'] }, 'signing versions', 'good', 'it takes v2 only'],
    [{ signing: ['v4'] }, 'signing versions', 'good', 'it takes v4 only'],
    [{ signing: ['v2'] }, 'presigned URLs, v4', 'skipped', 'does not take this version'],
    [{ region: 'other-1' }, 'region', 'bad', 'it is other-1, and the configuration says somewhere-1'],
    [{ region: 'somewhere-1' }, 'region', 'good', 'somewhere-1, and no other is taken'],
    [{ ahead: 40 }, 'clock', 'lacking', 'the clocks are 40 s apart'],
    [{ ahead: 4000 }, 'clock', 'lacking', "whoever signs by this machine's is refused"],
    [{ ahead: 4000 }, 'put', 'good', ''],
    [{ open: true }, 'private', 'bad', 'anybody can read the bucket'],
    [{ refusesAcl: true }, 'object ACL', 'lacking', 'objects are stored without'],
    [{ garbles: true }, 'get', 'bad', 'what came back is not what was stored'],
    [{ lacks: ['PutObject'] }, 'put', 'bad', 'NotImplemented'],
    [{ demandsMd5: true }, 'put', 'good', 'objects are stored with `Content-MD5` alone'],
    [{ demandsMd5: true }, 'multipart, equal parts', 'good', ''],
    [{ demandsMd5: true, denies: ['ListObjects'] }, 'signing versions', 'lacking', 'it takes v4 and v2'],
    [{ demandsMd5: true, denies: ['ListObjects'] }, 'put', 'good', 'objects are stored with `Content-MD5` alone'],
    [{ listsByVersion1: true }, 'list, version 2', 'lacking', 'it answers in version 1'],
    [{ lacks: ['ListObjects'] }, 'signing versions', 'bad', 'it takes neither v4 nor v2: '],
    [{ folds: 'never' }, 'list, delimiter /', 'bad', '"one/" and "two/" came back as "one/_layers/a"'],
    [{ folds: 'never' }, 'list, delimiter /_', 'lacking', 'three repositories came back as "one/_layers/a"'],
    [{ folds: 'for ever' }, 'list, delimiter /_', 'lacking', 'never gets past a repository that has more of them than a page'],
    [{ ignoresConditions: true }, 'conditional put', 'lacking', 'it ignores the condition in silence, and overwrites: exactly one process'],
    [{ ignoresExpiry: 'DELETE and POST' }, 'expired delete', 'lacking', 'it deletes although the signature has expired'],
    [{ lacks: ['DeleteObjects'] }, 'expired delete', 'lacking', 'deletes of many keys cannot be presigned'],
    [{ ignoresExpiry: 'all' }, 'presigned URLs, v4', 'lacking', 'works beyond its time'],
    [{ ignoresExpiry: 'all' }, 'presigned URLs, v2', 'lacking', 'works beyond its time'],
    [{ lacks: ['DeleteObjects'] }, 'delete many', 'lacking', 'each key costs a request'],
    [{ equalParts: true }, 'multipart, equal parts', 'good', ''],
    [{ equalParts: true }, 'multipart, unequal parts', 'lacking', 'the registry makes equal ones'],
    [{ lacks: ['CopyObject'] }, 'copy', 'lacking', 'goes through the registry once more'],
    [{ lacks: ['UploadPartCopy'] }, 'copy in parts', 'skipped', 'no large object'],
    [{ staleLists: true }, 'read after write', 'bad', 'a new object is not in the list at once'],
    [{ forgotten: 30 }, 'forgotten uploads', 'good', '1 here are older than a day'],
    [{ forgotten: 3 }, 'forgotten uploads', 'good', 'none is older than a day'],
    [{ lacks: ['ListMultipartUploads'] }, 'forgotten uploads', 'lacking', 'until a lifecycle rule takes them'],
    [{ lacks: ['GetBucketLifecycle'] }, 'lifecycle', 'lacking', 'knows no rules'],
  ])('%o: %s', async (faults, name, verdict, says) => {
    const store = await storeDouble(faults)
    const result = resultOf(await examineAt(store.endpoint, { probes: only(name) }), name)
    expect(result).toMatchObject({ verdict, says: expect.stringContaining(says) })
    expect(store.keys()).toEqual([])
  })
})

describe('lifecycle rules', () => {
  const rule = (content: string) =>
    `<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status>${content}</Rule></LifecycleConfiguration>`
  const days = '<Expiration><Days>30</Days></Expiration>'

  test.each<[what: string, rules: string, verdict: Verdict]>([
    [
      'that abort uploads are what one wants',
      rule('<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>'),
      'good',
    ],
    ['that expire everything would take layers', rule(`<Filter/>${days}`), 'bad'],
    ['that expire what the registry stores would, too', rule(`<Filter><Prefix>docker/registry/</Prefix></Filter>${days}`), 'bad'],
    ['in the old form as well', rule(`<Prefix/>${days}`), 'bad'],
    ['that expire something else do no harm', rule(`<Filter><Prefix>logs/</Prefix></Filter>${days}`), 'lacking'],
    ['that expire by tag do no harm', rule(`<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>${days}`), 'lacking'],
    ['that are switched off do nothing', rule(days).replace('Enabled', 'Disabled'), 'lacking'],
    [
      'that take delete markers only do no harm',
      rule('<Filter/><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>'),
      'lacking',
    ],
  ])('%s', async (_, lifecycle, verdict) => {
    const store = await storeDouble({ lifecycle })
    expect(resultOf(await examineAt(store.endpoint, { probes: only('lifecycle') }), 'lifecycle').verdict).toBe(verdict)
  })
})

describe('a configuration that the store refuses', () => {
  test('is said so, and the right one is used from there on', async () => {
    const store = await storeDouble({ signing: ['v2'] })
    const report = await examineAt(store.endpoint, { signing: 'v4', probes: only('get') })
    expect(resultOf(report, 'signing versions')).toMatchObject({
      verdict: 'bad',
      says: expect.stringContaining('it takes v2 only, and the configuration says v4'),
    })
    expect(resultOf(report, 'get').verdict).toBe('good')
    expect(isHealthy(report)).toBe(false)
  })

  test('of addressing likewise', async () => {
    const store = await storeDouble()
    const report = await examineAt(store.endpoint, { addressing: 'virtual', probes: only('get') })
    expect(resultOf(report, 'addressing styles')).toMatchObject({ verdict: 'bad', says: expect.stringContaining('path only') })
    expect(resultOf(report, 'get').verdict).toBe('good')
  })
})

describe('a store that is not there', () => {
  test('is asked nothing more', async () => {
    const report = await examineAt('http://127.0.0.1:1')
    expect(report.results).toMatchObject([
      { name: 'reachable', verdict: 'bad', says: '127.0.0.1:1 refuses connections: nothing listens there' },
    ])
    expect(report.unasked).toBe(probes.length - 1)
    expect(isHealthy(report)).toBe(false)
  })
})

describe('whoever interrupts it', () => {
  test('gets no further questions, and nothing is left', async () => {
    const interruption = new AbortController()
    const store = await storeDouble({ seen: operation => operation === 'UploadPart' && interruption.abort(new Error('enough')) })
    const report = await examineAt(store.endpoint, { signal: interruption.signal })
    expect(report.results.slice(-2).map(({ name, says }) => [name, says])).toEqual([
      ['multipart, equal parts', 'interrupted'],
      ['clean-up', 'nothing is left below bucket-registry-doctor-nonce/'],
    ])
    expect([store.keys(), store.uploads()]).toEqual([[], 0])
    expect(isHealthy(report)).toBe(false)
  })
})

describe('what cannot be taken away', () => {
  test('is named', async () => {
    const store = await storeDouble({ lacks: ['DeleteObject', 'DeleteObjects'] })
    const report = await examineAt(store.endpoint, { probes: only('get') })
    expect(resultOf(report, 'clean-up')).toMatchObject({
      verdict: 'bad',
      says: expect.stringContaining('bucket-registry-doctor-nonce/small'),
    })
  })
})

describe('old versions', () => {
  test('that these keys may not take away are no fault of the bucket', async () => {
    const store = await storeDouble({ versioned: true, denies: ['ListObjectVersions'] })
    const report = await examineAt(store.endpoint, { probes: only('versioning') })
    expect(resultOf(report, 'clean-up')).toMatchObject({
      verdict: 'lacking',
      says: expect.stringMatching(/^a lifecycle rule has to take what cannot be taken away: versions below bucket-registry-doctor-nonce\//),
    })
    expect(isHealthy(report)).toBe(true)
  })

  test('are not denied where these keys may not ask', async () => {
    const store = await storeDouble({ versioned: true, denies: ['GetBucketVersioning'] })
    const report = await examineAt(store.endpoint, { probes: only('versioning') })
    expect(resultOf(report, 'versioning')).toMatchObject({ verdict: 'good', says: 'not known, since these keys may not ask' })
  })
})

test('a secret is in no answer', async () => {
  const store = await storeDouble({ signing: [] })
  const report = await examineAt(store.endpoint)
  expect(JSON.stringify(report)).not.toContain('SECRET')
})
