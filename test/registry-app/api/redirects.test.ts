import { describe, expect, test } from 'vitest'
import { blobDataPath, layerLinkPath } from '../../../registry-app/src/registry/paths.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { trialServer } from '../http/support/trial-server.ts'
import { bytes, content, sha256, sha512 } from '../support/bytes.ts'
import { image, index, name, pushBlob, pushManifest } from '../support/images.ts'
import { remoteStore } from '../support/remote-store.ts'
import { body } from '../support/uploads.ts'

const blob = content(1000)
const digest = sha256(blob)
const path = `/v2/a/blobs/${digest}`

async function seeded(driver: StorageDriver = remoteStore()) {
  const served = await trialServer({ registry: { driver } })
  await pushBlob(served.registry, 'a', blob)
  await pushBlob(served.registry, 'theirs', 'a secret')
  return served
}

const sent = {
  status: 307,
  headers: {
    location: `https://store.example/${blobDataPath(digest)}`,
    'cache-control': 'no-store',
    'docker-content-digest': digest,
    'content-length': '0',
    etag: undefined,
  },
}

describe('where clients are sent to the store', () => {
  test.each([
    ['a GET', {}],
    ['a GET of a range, which the client asks of the store itself', { range: 'bytes=5-9' }],
    ['a GET of the end', { range: 'bytes=-5' }],
    ['a GET of a range if it has not changed', { range: 'bytes=5-9', 'if-range': `"${digest}"` }],
    ['a GET of what the client has another of', { 'if-none-match': '"sha256:other"' }],
  ])('%s is 307 to its data, with its digest, to be kept by nobody', async (_, headers) => {
    const { call } = await seeded()
    expectAnswer(await call({ path, headers }), sent)
  })

  test('what the client has already is 304, from here', async () => {
    const { call } = await seeded()
    const answer = await call({ path, headers: { 'if-none-match': `"${digest}"` } })
    expectAnswer(answer, { status: 304, headers: { location: undefined } })
  })

  test('HEAD is answered here, with the size', async () => {
    const { call } = await seeded()
    expectAnswer(await call({ method: 'HEAD', path }), { status: 200, headers: { 'content-length': '1000', location: undefined } })
  })

  test.each([
    ['what only another repository has', {}],
    ['it, though the client says that it has it', { 'if-none-match': `"${sha256('a secret')}"` }],
    ['a range of it', { range: 'bytes=0-1' }],
  ])('nobody is sent to %s', async (_, headers) => {
    const { call, registry } = await seeded()
    // Nor by a manifest that names it.
    const own = await pushBlob(registry, 'a', '{}')
    const stolen = { ...own, digest: sha256('a secret'), size: 8 }
    for (const manifest of [image({ config: own, layers: [stolen] }), image({ config: own, subject: stolen }), index([stolen])]) {
      await pushManifest(registry, 'a', manifest, { as: 'attack' }).catch(() => {})
    }
    await call({ path: '/v2/a/manifests/attack' })
    expectAnswer(await call({ path: `/v2/a/blobs/${sha256('a secret')}`, headers }), { status: 404, headers: { location: undefined } })
  })

  test('for what is not there its link is asked for once', async () => {
    const driver = remoteStore()
    const { call } = await seeded(driver)
    driver.asked()
    expectAnswer(await call({ path: `/v2/a/blobs/${sha256('nothing')}` }), { status: 404, code: 'BLOB_UNKNOWN' })
    expect(driver.asked()).toEqual([`read ${layerLinkPath(name('a'), sha256('nothing'))}`])
  })

  test('nobody is sent to what was deleted', async () => {
    const { call } = await seeded()
    expectAnswer(await call({ path }), sent)
    expectAnswer(await call({ method: 'DELETE', path }), { status: 202 })
    expectAnswer(await call({ path }), { status: 404, code: 'BLOB_UNKNOWN', headers: { location: undefined } })
  })

  test('a blob that was pushed by its sha512 is where its sha256 says', async () => {
    const { call, registry } = await seeded()
    await registry.uploads.store(name('a'), sha512('other'), body(bytes('other')))
    const answer = await call({ path: `/v2/a/blobs/${sha512('other')}` })
    expectAnswer(answer, {
      status: 307,
      headers: { location: `https://store.example/${blobDataPath(sha256('other'))}`, 'docker-content-digest': sha512('other') },
    })
  })

  test('a manifest is served here', async () => {
    const { call, registry } = await seeded()
    const config = await pushBlob(registry, 'a', '{}')
    await pushManifest(registry, 'a', image({ config }), { as: 'v1' })
    expectAnswer(await call({ path: '/v2/a/manifests/v1' }), { status: 200, headers: { location: undefined } })
  })

  test('a store that has no URL for now leaves it to the registry', async () => {
    const { call } = await seeded({ ...remoteStore(), urlFor: async () => undefined })
    expectAnswer(await call({ path }), { status: 200, body: blob, headers: { location: undefined } })
  })
})
