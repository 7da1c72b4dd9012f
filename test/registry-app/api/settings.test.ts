import { describe, expect, test } from 'vitest'
import type { ApiSettings } from '../../../registry-app/src/api/context.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { trialServer } from '../http/support/trial-server.ts'
import { bytes, keysUnder, pieces, sha256 } from '../support/bytes.ts'
import { name, pushImage } from '../support/images.ts'

async function withImage(settings: Partial<ApiSettings>) {
  const served = await trialServer({ settings })
  const { digest } = await pushImage(served.registry, 'a', 'a layer', { as: 'latest' })
  const { id } = served.registry.uploads.start(name('a'))
  return { ...served, manifest: `/v2/a/manifests/${digest}`, upload: `/v2/a/blobs/uploads/${id}` }
}

const blob = `/v2/a/blobs/${sha256('a layer')}`
const reads = ['/v2/', '/v2/_catalog', '/v2/a/manifests/latest', '/v2/a/tags/list', blob, `/v2/a/referrers/${sha256('?')}`]

describe('where deleting is switched off', () => {
  test.each([
    ['a tag', '/v2/a/manifests/latest', 'GET, HEAD, PUT'],
    ['what is not there', '/v2/a/manifests/none', 'GET, HEAD, PUT'],
    ['a blob', blob, 'GET, HEAD'],
  ])('DELETE of %s → 405 with what is allowed', async (_, path, allow) => {
    const { call } = await withImage({ deleteEnabled: false })
    expectAnswer(await call({ method: 'DELETE', path }), { status: 405, code: 'UNSUPPORTED', headers: { allow } })
  })

  test('everything stays', async () => {
    const { call, manifest } = await withImage({ deleteEnabled: false })
    expectAnswer(await call({ method: 'DELETE', path: manifest }), { status: 405, code: 'UNSUPPORTED' })
    for (const path of [manifest, '/v2/a/manifests/latest', blob]) expectAnswer(await call({ path }), { status: 200 })
  })

  test('pushing works', async () => {
    const { call } = await withImage({ deleteEnabled: false })
    expectAnswer(await call({ method: 'POST', path: '/v2/a/blobs/uploads/' }), { status: 202 })
  })
})

describe('a registry that is read-only', () => {
  test.each(reads)('answers GET %s', async path => {
    const { call } = await withImage({ readOnly: true })
    expectAnswer(await call({ path }), { status: 200 })
  })

  test.each([
    ['POST', '/v2/a/blobs/uploads/', ''],
    ['POST', `/v2/a/blobs/uploads/?mount=${sha256('a layer')}&from=a`, ''],
    ['PUT', '/v2/a/manifests/other', 'GET, HEAD'],
    ['DELETE', '/v2/a/manifests/latest', 'GET, HEAD'],
    ['DELETE', blob, 'GET, HEAD'],
  ])('%s %s → 405 with what is allowed', async (method, path, allow) => {
    const { call } = await withImage({ readOnly: true })
    const answer = await call({ method, path, body: method === 'DELETE' ? '' : 'a body' })
    expectAnswer(answer, { status: 405, code: 'UNSUPPORTED', headers: { allow } })
  })

  test('takes no chunk of an upload that began before', async () => {
    const { call, upload } = await withImage({ readOnly: true })
    for (const method of ['PATCH', 'PUT', 'DELETE']) {
      expectAnswer(await call({ method, path: upload }), { status: 405, code: 'UNSUPPORTED', headers: { allow: 'GET, HEAD' } })
    }
    expect(await call({ path: reads[0] ?? '' })).toMatchObject({ status: 200 })
  })

  test('says how far such an upload came, as Distribution does', async () => {
    const { call, registry } = await withImage({ readOnly: true })
    const state = await registry.uploads.append(registry.uploads.start(name('a')), { pieces: pieces(bytes('half of it')) })
    const path = `/v2/a/blobs/uploads/${state.id}?_state=${registry.uploads.seal(state)}`
    expectAnswer(await call({ path }), { status: 204, headers: { range: '0-9' } })
  })

  test('leaves the storage as it is, whatever is asked of it', async () => {
    const { call, driver, upload } = await withImage({ readOnly: true })
    const before = await keysUnder(driver, '')
    for (const path of [...reads, '/v2/new/blobs/uploads/', '/v2/new/manifests/v1', upload, blob]) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
        await call({ method, path, body: method === 'GET' || method === 'HEAD' ? '' : '{}' })
    }
    expect(await keysUnder(driver, '')).toEqual(before)
  })
})
