import { describe, expect, test } from 'vitest'
import { manifestLimit } from '../../../registry-app/src/registry/manifest-store.ts'
import { blobDataPath, revisionLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { nothingQuarantined } from '../../../registry-app/src/registry/quarantine.ts'
import type { RegistryOptions } from '../../../registry-app/src/registry/registry.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { all, bytes, sha256, sha512 } from '../support/bytes.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { codeOf, configType, descriptor, encode, image, name, pushBlob, pushImage, pushManifest, tag } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'

const a = name('a')
const config = descriptor('{}', configType)
const good = image({ config })
const whole = sha256(encode(good))

describe.each<[string, () => Promise<Partial<RegistryOptions>>]>([
  ['in memory', async () => ({})],
  ['in a folder', async () => ({ driver: driverOver(await temporaryFolder()) })],
])('delete of a manifest that is damaged %s', (_, options) => {
  const damages: readonly [string, Uint8Array | undefined][] = [
    ['were cut short', encode(good).subarray(1)],
    ['became another manifest', encode({ ...good, annotations: { changed: 'yes' } })],
    ['became nothing', bytes('')],
    ['became more than a manifest can have', Buffer.alloc(manifestLimit + 1)],
    ['are gone', undefined],
  ]

  /** As another process finds it, which has read nothing yet. */
  async function damaged(stored: Uint8Array | undefined, digest = whole, more: Partial<RegistryOptions> = {}) {
    const { registry, driver, another } = trial({ ...(await options()), ...more })
    await pushBlob(registry, 'a', '{}')
    await pushManifest(registry, 'a', good, { as: digest, tags: ['v1', 'v2'] })
    await pushImage(registry, 'a', 'another image', { as: 'other' })
    const place = blobDataPath(whole)
    await (stored ? driver.put(place, stored) : driver.delete([place]))
    return { driver, another }
  }

  describe.each([
    ['sha256', whole],
    ['sha512', sha512(encode(good))],
  ])('by %s', (_, digest) => {
    test.each(damages)('takes its link and its tags where its bytes %s', async (_, stored) => {
      const { another } = await damaged(stored, digest)
      const registry = another()
      expect(await registry.manifests.delete(a, { digest })).toEqual({ tags: ['v1', 'v2'] })
      expect(await all(registry.tags.list(a, ''))).toEqual(['other'])
      for (const from of [registry, another()]) {
        expect(await from.manifests.get(a, { digest })).toBeUndefined()
        expect(await from.manifests.get(a, { tag: tag('v1') })).toBeUndefined()
        expect(await from.manifests.delete(a, { digest })).toBeUndefined()
      }
    })
  })

  test('takes it also where it is known to be damaged', async () => {
    const { another } = await damaged(bytes('{}'))
    const registry = another({ quarantine: { ...nothingQuarantined, suspects: () => true } })
    expect(await registry.manifests.get(a, { digest: whole })).toBeUndefined()
    expect(await registry.manifests.delete(a, { digest: whole })).toEqual({ tags: ['v1', 'v2'] })
  })

  test('does not bring it back as a referrer', async () => {
    const { registry, driver, another } = trial(await options())
    const subject = await pushImage(registry, 'a', 'subject')
    const referrer = image({ config, subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size } })
    const { digest } = await pushManifest(registry, 'a', referrer)
    await driver.put(blobDataPath(digest), bytes('{}'))
    await another().manifests.delete(a, { digest })
    expect(await all(another().referrers.list(a, subject.digest, ''))).toEqual([])
  })

  test('leaves what can be restored once its bytes are put back', async () => {
    const { driver, another } = await damaged(bytes('{}'), whole, { undoDeletions: 24 * hour })
    await another().manifests.delete(a, { digest: whole })
    await driver.put(blobDataPath(whole), encode(good))
    const restored = await another().undo.restore(a, { digest: whole })
    expect(restored).toEqual({ digest: whole, tags: ['v1', 'v2'], others: [] })
  })

  test('takes nothing where a tag of it is to stay', async () => {
    const { another } = await damaged(bytes('{}'))
    const registry = another({ immutableTags: [{ covers: () => true, deletable: false }] })
    expect(await codeOf(registry.manifests.delete(a, { digest: whole }))).toBe('DENIED')
    expect(await registry.tags.get(a, tag('v1'))).toBe(whole)
  })

  test('takes nothing while the store does not answer', async () => {
    const { driver, another } = await damaged(bytes('{}'))
    const away: StorageDriver = {
      ...driver,
      read: async (key, call) => {
        if (key === blobDataPath(whole)) throw new Error('no answer')
        return driver.read(key, call)
      },
    }
    await expect(another({ driver: away }).manifests.delete(a, { digest: whole })).rejects.toThrow('no answer')
    expect(await another().tags.get(a, tag('v1'))).toBe(whole)
  })
})

test('a manifest of bytes that are none, in an existing storage, can be deleted', async () => {
  const { driver, registry } = trial()
  const content = bytes('not JSON')
  const digest = sha256(content)
  await driver.put(blobDataPath(digest), content)
  await driver.put(revisionLinkPath(a, digest), Buffer.from(digest))
  expect(await registry.manifests.delete(a, { digest })).toEqual({ tags: [] })
  expect(await registry.manifests.delete(a, { digest })).toBeUndefined()
})
