import { describe, expect, test } from 'vitest'
import { errorReply } from '../../../registry-app/src/http/error-reply.ts'
import { RegistryError } from '../../../registry-app/src/registry/errors.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { content, sha256 } from '../support/bytes.ts'
import { failingStore } from '../support/failing-store.ts'
import { descriptor, image, pushImage } from '../support/images.ts'
import { trial } from '../support/registry.ts'
import { remoteStore } from '../support/remote-store.ts'
import { expectAnswer } from './support/expect-answer.ts'
import { type Call, trialServer } from './support/trial-server.ts'

const inside = 'GET s3://images/x with AKIA-SECRET: no answer within 20 s'
const away = (retryAfter?: number) => Object.assign(new Error(inside), { unavailable: true, retryAfter })

const bodyOf = (error: unknown) => JSON.parse(String(errorReply(error).body))

describe('a store that is not to be had', () => {
  test.each([
    [undefined, '5'],
    [0, '5'],
    [1, '1'],
    [2.2, '3'],
    [30, '30'],
    [86_400, '300'],
    [Number.POSITIVE_INFINITY, '300'],
    [Number.NaN, '5'],
  ])('and asks to wait %s seconds is 503, with Retry-After: %s', (retryAfter, expected) => {
    const { status, headers } = errorReply(away(retryAfter))
    expect(status).toBe(503)
    expect(String(headers?.['retry-after'])).toBe(expected)
  })

  test('is UNAVAILABLE, of which no more is told than that', () => {
    expect(bodyOf(away())).toEqual({
      errors: [{ code: 'UNAVAILABLE', message: 'service unavailable', detail: { reason: 'the storage does not answer' } }],
    })
  })

  test.each([
    ['that says nothing of it', new Error(inside)],
    ['that says it is not', Object.assign(new Error(inside), { unavailable: false })],
    ['that is no error', { unavailable: true }],
    ['whose cause it is', new Error('x', { cause: away() })],
  ])('is not what a failure is %s: 500', (_, failure) => {
    expect(errorReply(failure)).toMatchObject({ status: 500, headers: { 'retry-after': undefined } })
    expect(JSON.stringify(bodyOf(failure))).not.toContain('AKIA')
  })

  test('does not hide what is wrong with a manifest', () => {
    const errors = [away(), new RegistryError('MANIFEST_INVALID')]
    expect(errorReply(new AggregateError(errors))).toMatchObject({ status: 400, headers: { 'retry-after': undefined } })
  })

  test('is not what a quota is, which has its own status', () => {
    expect(errorReply(new RegistryError('TOOMANYREQUESTS'))).toMatchObject({ status: 429, headers: { 'retry-after': undefined } })
  })
})

describe('a storage without room', () => {
  const withCode = (code: string, more = {}) => Object.assign(new Error(inside), { code, ...more })

  test.each(['ENOSPC', 'EDQUOT', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'QuotaExceeded'])('says so: %s', code => {
    expect(errorReply(withCode(code))).toMatchObject({ status: 507, headers: { 'retry-after': undefined } })
    expect(bodyOf(withCode(code))).toEqual({ errors: [{ code: 'UNAVAILABLE', message: 'the storage is full' }] })
  })

  test('is not what any other failure is', () => {
    expect(errorReply(withCode('EIO'))).toMatchObject({ status: 500 })
    expect(errorReply(withCode('ENOSPC', { unavailable: true }))).toMatchObject({ status: 503 })
  })
})

describe('while the store is away', () => {
  /** A bucket that has an image, and answers nothing any more. */
  async function served() {
    const driver = remoteStore()
    const { manifest, layer } = await seed(driver)
    const failing = failingStore(driver, () => away(7))
    return { ...(await trialServer({ registry: { driver: failing } })), manifest, layer }
  }

  const seed = async (driver: StorageDriver) => {
    const { registry } = trial({ driver })
    const manifest = await pushImage(registry, 'a', 'a layer', { as: 'latest' })
    return { manifest, layer: descriptor('a layer') }
  }

  const digest = sha256('a layer')
  const calls: readonly Call[] = [
    { path: `/v2/a/blobs/${digest}` },
    { path: `/v2/a/blobs/${digest}`, headers: { range: 'bytes=-5' } },
    { path: `/v2/a/blobs/${digest}`, headers: { 'if-none-match': `"${digest}"` } },
    { path: '/v2/a/manifests/latest' },
    { path: `/v2/a/manifests/${digest}` },
    { path: '/v2/a/tags/list' },
    { path: '/v2/_catalog' },
    { path: `/v2/a/referrers/${digest}` },
    { method: 'POST', path: `/v2/a/blobs/uploads/?digest=${digest}`, body: 'a layer' },
    { method: 'POST', path: `/v2/a/blobs/uploads/?mount=${digest}&from=b` },
    { method: 'PUT', path: '/v2/a/manifests/latest', body: JSON.stringify(image()) },
    { method: 'DELETE', path: `/v2/a/blobs/${digest}` },
    { method: 'DELETE', path: '/v2/a/manifests/latest' },
    { method: 'DELETE', path: `/v2/a/manifests/${digest}` },
  ]

  test('every request that needs it is 503, with the time that the store asked for, and never a 404 that a client would believe', async () => {
    const { call, log } = await served()
    for (const each of calls) {
      expectAnswer(await call(each), { status: 503, code: 'UNAVAILABLE', headers: { 'retry-after': '7' } })
    }
    expect(log().filter(line => line.includes('AKIA-SECRET')).length, 'the log tells why').toBeGreaterThan(0)
  })

  test('a PATCH is 503, and may be sent again', async () => {
    const { call } = await served()
    const { headers } = await call({ method: 'POST', path: '/v2/a/blobs/uploads/' })
    const answer = await call({ method: 'PATCH', path: headers.location ?? '', body: content(10) })
    expectAnswer(answer, { status: 503, code: 'UNAVAILABLE', headers: { 'retry-after': '7' } })
  })
})
