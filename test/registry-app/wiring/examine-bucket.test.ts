import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Exchange } from '../../../registry-app/src/s3/options.ts'
import { examineBucket } from '../../../registry-app/src/wiring/examine-bucket.ts'
import { load } from '../config/complaints-of.ts'
import type { Faults } from '../doctor/support/faults.ts'
import { storeDouble } from '../doctor/support/store-double.ts'

/** What the doctor finds of the bucket that a configuration names. */
async function examined(faults: Faults = {}, keys = '') {
  const written = new Set<string>()
  const seen = (operation: string, key: string) => /^(Put|Copy|Create|Delete|Upload)/.test(operation) && written.add(key)
  const store = await storeDouble({ seen, ...faults }, { 'docker/registry/v2/blob': 'precious' })
  const access = `accesskey: an-access-key, secretkey: a-secret-key, region: somewhere-1, bucket: images, regionendpoint: '${store.endpoint}'`
  const { storage } = load(`storage: {s3: {${access}, ${keys}}}`).config
  const exchanges: Exchange[] = []
  const world = { now: () => new Date(), environment: {}, observe: (exchange: Exchange) => exchanges.push(exchange) }
  if (!storage.s3) throw new Error('there is no bucket')
  const diagnosis = await examineBucket(storage.s3, storage, world, new AbortController().signal)
  return { diagnosis, store, written: [...written].filter(key => key !== ''), exchanges }
}

test('the bucket that is configured is examined, below a folder of its own, and left as it was', async () => {
  const { diagnosis, store, written, exchanges } = await examined({}, 'rootdirectory: /team/')
  expect(diagnosis).toMatchObject({
    verdict: 'lacking',
    unasked: 0,
    findings: [{ name: 'lifecycle', verdict: 'lacking' }],
    settings: undefined,
  })
  expect(written.filter(key => !key.startsWith('team/docker/registry/v2/_registry/canary/bucket-registry-doctor-'))).toEqual([])
  expect(store.keys()).toEqual(['docker/registry/v2/blob'])
  expect(exchanges.length).toBeGreaterThan(100)
})

test('what is not configured is not asked', async () => {
  expect((await examined({ refusesAcl: true })).diagnosis.findings.map(({ name }) => name)).toEqual(['lifecycle'])
  const { findings, settings } = (await examined({ refusesAcl: true }, 'objectacl: private')).diagnosis
  expect(findings.map(({ name }) => name)).toEqual(['object ACL', 'lifecycle'])
  expect(parse(settings ?? '')).toEqual({ storage: { s3: { objectacl: 'none' } } })
})

test('a configuration that the store refuses is bad, and the settings are told that it takes', async () => {
  const { diagnosis } = await examined({ signing: ['v2'] })
  expect(diagnosis).toMatchObject({ verdict: 'bad', unasked: 0 })
  expect(parse(diagnosis.settings ?? '')).toEqual({ storage: { s3: { signingversion: 'v2' } } })
  expect((await examined({ signing: ['v2'] }, 'signingversion: auto')).diagnosis.verdict).toBe('lacking')
})

test('a bucket that demands Content-MD5 is told apart, and is well once it gets it', async () => {
  const { diagnosis } = await examined({ demandsMd5: true })
  expect(diagnosis).toMatchObject({ verdict: 'bad', unasked: 0 })
  expect(parse(diagnosis.settings ?? '')).toEqual({ storage: { s3: { contentmd5: true } } })
  expect((await examined({ demandsMd5: true }, 'contentmd5: true')).diagnosis).toMatchObject({ verdict: 'lacking', settings: undefined })
})

test('no credential is in what is found', async () => {
  for (const faults of [{ signing: [] }, { refusesAcl: true, echoes: true }] as const) {
    const { diagnosis } = await examined(faults, 'objectacl: private')
    expect(JSON.stringify(diagnosis)).not.toMatch(/an-access-key|a-secret-key/)
  }
})
