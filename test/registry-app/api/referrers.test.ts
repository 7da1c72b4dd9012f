import { describe, expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { trialServer } from '../http/support/trial-server.ts'
import { sha256 } from '../support/bytes.ts'
import { configType, descriptor, image, index, type Json, pushBlob, pushManifest } from '../support/images.ts'
import { pagesFrom } from './support/pages-from.ts'

const subject = descriptor('a subject that need not be here', mediaTypes.ociManifest)
const path = `/v2/a/referrers/${subject.digest}`
const headers = { 'content-type': mediaTypes.ociIndex, 'oci-filters-applied': undefined, link: undefined }
const listing = (manifests: unknown[]) => ({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })

async function attach(registry: Registry, fields: Json = {}) {
  const config = await pushBlob(registry, 'a', '{}', configType)
  const { digest, size, mediaType } = await pushManifest(registry, 'a', image({ config, subject, ...fields }))
  return { mediaType, digest, size }
}

const inOrder = <Entry extends { digest: string }>(...entries: Entry[]) => entries.sort((a, b) => (a.digest < b.digest ? -1 : 1))

describe('the referrers', () => {
  test.each([
    ['of what is not here', sha256('?')],
    ['of another algorithm', `sha512:${'0'.repeat(128)}`],
  ])('%s are none, never 404', async (_, digest) => {
    const { call } = await trialServer()
    expectAnswer(await call({ path: `/v2/nowhere/referrers/${digest}` }), { status: 200, headers, json: listing([]) })
  })

  test.each(['latest', 'sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', '%00'])('of %s, which is no digest → 400', async digest => {
    const { call } = await trialServer()
    expectAnswer(await call({ path: `/v2/a/referrers/${digest}` }), { status: 400, code: 'DIGEST_INVALID' })
  })

  test('are what was pushed with this subject, with their types and annotations', async () => {
    const { call, registry } = await trialServer()
    const annotations = { 'org.example': 'text' }
    const sbom = await attach(registry, { artifactType: 'example/sbom', annotations })
    const untyped = await attach(registry)
    const list = await pushManifest(registry, 'a', index([], { subject }))
    await attach(registry, { subject: descriptor('another', mediaTypes.ociManifest) })
    const expected = inOrder<{ digest: string }>(
      { ...sbom, artifactType: 'example/sbom', annotations } as typeof sbom,
      { ...untyped, artifactType: configType } as typeof untyped,
      { mediaType: list.mediaType, digest: list.digest, size: list.size } as typeof sbom,
    )
    expectAnswer(await call({ path }), { status: 200, headers, json: listing(expected) })
    expectAnswer(await call({ path: path.replace(':', '%3A') }), { status: 200, headers, json: listing(expected) })
    expectAnswer(await call({ method: 'HEAD', path }), { status: 200, headers })
  })

  test('can be filtered by their type', async () => {
    const { call, registry } = await trialServer()
    const wanted = await attach(registry, { artifactType: 'example/sbom+json' })
    await attach(registry, { artifactType: 'example/signature' })
    const filtered = { ...headers, 'oci-filters-applied': 'artifactType' }
    const expected = listing([{ ...wanted, artifactType: 'example/sbom+json' }])
    expectAnswer(await call({ path: `${path}?artifactType=example%2Fsbom%2Bjson` }), { status: 200, headers: filtered, json: expected })
    expectAnswer(await call({ path: `${path}?artifactType=example/none` }), { status: 200, headers: filtered, json: listing([]) })
  })

  test('lose one that is deleted', async () => {
    const { call, registry } = await trialServer()
    const { digest } = await attach(registry)
    expectAnswer(await call({ method: 'DELETE', path: `/v2/a/manifests/${digest}` }), { status: 202 })
    expectAnswer(await call({ path }), { status: 200, json: listing([]) })
  })
})

describe('more referrers than one manifest may hold', () => {
  const megabytes = { 'org.example': 'x'.repeat(1_500_000) }
  const typeOf = (number: number) => (number % 2 === 0 ? 'example/even' : 'example/odd')

  async function withMany() {
    const served = await trialServer()
    const entries = []
    for (const number of [0, 1, 2, 3, 4]) {
      entries.push(await attach(served.registry, { artifactType: typeOf(number), annotations: { ...megabytes, number: String(number) } }))
    }
    return { ...served, digests: entries.map(({ digest }) => digest) }
  }

  test('come in pages that are each below 4 MiB, by Link', async () => {
    const { call, digests } = await withMany()
    const pages = await pagesFrom(call, path)
    expect(pages.flatMap(({ json }) => json.manifests.map(({ digest }) => digest))).toEqual(digests.toSorted())
    expect(pages.length).toBe(3)
    for (const { answer } of pages) {
      expect(answer.body.length).toBeLessThanOrEqual(4 * 1024 * 1024)
      expectAnswer(answer, { status: 200, headers: { 'content-type': mediaTypes.ociIndex } })
    }
  })

  test('stay filtered from page to page', async () => {
    const { call, digests } = await withMany()
    const pages = await pagesFrom(call, `${path}?artifactType=example/even`)
    const even = digests.filter((_, number) => number % 2 === 0)
    expect(pages.flatMap(({ json }) => json.manifests.map(({ digest }) => digest))).toEqual(even.toSorted())
    expect(pages.length).toBe(2)
    for (const { answer } of pages) expectAnswer(answer, { status: 200, headers: { 'oci-filters-applied': 'artifactType' } })
  })

  test('are read for no more than one page of them, however many there are', async () => {
    const inner = memoryDriver({ now: () => new Date() })
    const read: string[] = []
    const driver: StorageDriver = {
      ...inner,
      read(key, options) {
        if (key.includes('/_registry/referrers/')) read.push(key)
        return inner.read(key, options)
      },
    }
    const { call, registry } = await trialServer({ registry: { driver } })
    for (let number = 0; number < 20; number += 1) await attach(registry, { annotations: { ...megabytes, number: String(number) } })
    expectAnswer(await call({ path }), { status: 200 })
    expect(read.length).toBeLessThanOrEqual(4)
    read.length = 0
    const pages = await pagesFrom(call, path)
    expect(pages.flatMap(({ json }) => json.manifests).length).toBe(20)
  })

  test('come even where one alone is nearly as large as a page', async () => {
    const { call, registry } = await trialServer()
    const annotations = { 'org.example': 'x'.repeat(4_150_000) }
    const large = await attach(registry, { annotations })
    const small = await attach(registry)
    const pages = await pagesFrom(call, path)
    expect(pages.flatMap(({ json }) => json.manifests.map(({ digest }) => digest))).toEqual([large.digest, small.digest].toSorted())
  })
})
