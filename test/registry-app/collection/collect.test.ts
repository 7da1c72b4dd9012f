import { describe, expect, test } from 'vitest'
import { type CollectOptions, collect } from '../../../registry-app/src/collection/collect.ts'
import { digestSet } from '../../../registry-app/src/collection/digest-set.ts'
import { knownManifests } from '../../../registry-app/src/collection/known-manifests.ts'
import { referencesOf } from '../../../registry-app/src/collection/references.ts'
import type { CollectionRefused } from '../../../registry-app/src/collection/refused.ts'
import {
  blobDataPath,
  blobsPath,
  condemnedPath,
  layerLinkPath,
  referencesPath,
  repositoryPath,
  revisionLinkPath,
  tagLinkPath,
} from '../../../registry-app/src/registry/paths.ts'
import type { Key, StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { bytes, keysUnder, sha256, sha512 } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { descriptor, image, index, layerType, name, pushBlob, pushImage, pushManifest } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'
import { body } from '../support/uploads.ts'

const timings = { grace: 24 * hour, viewage: hour / 60, window: 12 * hour, batchtime: 30_000, margin: 60_000 }
const ociManifest = 'application/vnd.oci.image.manifest.v1+json'

function setUp() {
  const opened = trial()
  const { driver, clock } = opened
  const run = (options: Partial<CollectOptions> = {}) =>
    collect({
      driver,
      timings,
      breadth: 4,
      randomName: counter('run'),
      progress: () => {},
      untagged: false,
      dryRun: false,
      exclusive: false,
      ...options,
    })
  /** Condemns, waits, and sweeps. */
  const twice = async (options: Partial<CollectOptions> = {}) => {
    clock.move(25 * hour)
    await run(options)
    clock.move(25 * hour)
    return run(options)
  }
  const isThere = async (text: string) => (await driver.stat(blobDataPath(sha256(text)))) !== undefined
  return { ...opened, run, twice, isThere }
}

describe('a blob', () => {
  test('that no manifest names goes with its link after two runs that are a grace apart, and no sooner', async () => {
    const { registry, driver, clock, run, isThere } = setUp()
    await pushImage(registry, 'a', 'kept', { as: 'v1' })
    await pushBlob(registry, 'a', 'garbage')
    expect((await run()).condemned).toEqual({ blobs: 0, size: 0 })
    clock.move(25 * hour)
    expect((await run()).condemned).toEqual({ blobs: 1, size: 7 })
    clock.move(23 * hour)
    expect((await run()).freed.blobs).toBe(0)
    expect(await isThere('garbage')).toBe(true)
    clock.move(2 * hour)
    const { freed } = await run()
    expect(freed).toEqual({ blobs: 1, size: 7, repositories: new Map([['a', { blobs: 1, size: 7 }]]) })
    expect(await driver.stat(layerLinkPath(name('a'), sha256('garbage')))).toBeUndefined()
    expect([await isThere('garbage'), await isThere('kept'), await isThere('{}')]).toEqual([false, true, true])
  })

  test('that was linked or stored since the first mark stays', async () => {
    const { registry, clock, run, isThere } = setUp()
    for (const text of ['linked', 'stored']) await pushBlob(registry, 'a', text)
    clock.move(25 * hour)
    await run()
    clock.move(hour)
    await registry.blobs.mount(name('b'), sha256('linked'), name('a'))
    await pushBlob(registry, 'a', 'stored')
    clock.move(24 * hour)
    await run()
    expect([await isThere('linked'), await isThere('stored')]).toEqual([true, true])
  })

  test('that is named by its sha512 stays, and goes with both links and the alias when nothing names it', async () => {
    const { registry, driver, twice, isThere } = setUp()
    const config = await pushBlob(registry, 'a', '{}')
    for (const text of ['named', 'not named']) await registry.uploads.store(name('a'), sha512(text), body(bytes(text)))
    const layer = { ...descriptor('named', layerType), digest: sha512('named') }
    await pushManifest(registry, 'a', image({ config, layers: [layer] }), { as: 'v1' })
    await twice()
    expect([await isThere('named'), await isThere('not named')]).toEqual([true, false])
    const left = [
      ...(await keysUnder(driver, repositoryPath(name('a')))),
      ...(await keysUnder(driver, 'docker/registry/v2/_registry/aliases/')),
    ]
    expect(left.filter(key => key.includes(sha512('not named').slice(7)) || key.includes(sha256('not named').slice(7)))).toEqual([])
    expect(await registry.blobs.stat(name('a'), sha512('named'))).toBeDefined()
  })
})

describe('a manifest', () => {
  test('without a tag stays, with all that it names, unless it is asked otherwise', async () => {
    const { registry, twice, isThere } = setUp()
    const { digest } = await pushImage(registry, 'a', 'untagged')
    await twice()
    expect(await isThere('untagged')).toBe(true)
    const { freed } = await twice({ untagged: true })
    expect([await isThere('untagged'), await registry.manifests.get(name('a'), { digest })]).toEqual([false, undefined])
    expect(freed.blobs).toBe(3)
  })

  test('that was deleted goes, and its blobs unless another one names them', async () => {
    const { registry, twice, isThere } = setUp()
    const { digest } = await pushImage(registry, 'a', 'gone', { as: 'v1' })
    await pushImage(registry, 'b', 'shared', { as: 'v1' })
    await registry.manifests.delete(name('a'), { digest })
    await twice()
    expect([await isThere('gone'), await isThere('{}'), await isThere('shared')]).toEqual([false, true, true])
  })

  test('that was damaged when it was read keeps all that it names once it is whole again', async () => {
    const { registry, driver, clock, run, twice, isThere } = setUp()
    const { digest } = await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    const whole = (await registry.manifests.get(name('a'), { digest }))?.content ?? new Uint8Array()
    await driver.put(blobDataPath(digest), whole.subarray(0, 100))
    await run()
    clock.move(hour)
    await driver.put(blobDataPath(digest), whole)
    await twice()
    await twice()
    expect(await isThere('a layer')).toBe(true)
  })

  test('that a tag names stays although its revision has no link any more', async () => {
    const { registry, driver, twice, isThere } = setUp()
    const { digest } = await pushImage(registry, 'a', 'tagged', { as: 'v1' })
    await driver.delete([revisionLinkPath(name('a'), digest)])
    await twice()
    expect(await isThere('tagged')).toBe(true)
  })

  test('that an index names stays without a tag; index, manifest and blobs go together', async () => {
    const { registry, twice, isThere } = setUp()
    const child = await pushImage(registry, 'a', 'child')
    await pushManifest(registry, 'a', index([{ ...child, mediaType: ociManifest }]), { as: 'multi' })
    await twice({ untagged: true })
    expect(await isThere('child')).toBe(true)
    await registry.manifests.delete(name('a'), { tag: 'multi' as never })
    const { freed } = await twice({ untagged: true })
    expect([await isThere('child'), freed.blobs]).toEqual([false, 4])
  })

  test('that refers to a subject stays while its subject does, and a subject while its referrer does', async () => {
    const { registry, twice, isThere } = setUp()
    const subject = await pushImage(registry, 'a', 'subject', { as: 'v1' })
    await pushImage(registry, 'a', 'signature', { fields: { subject: { ...subject, mediaType: ociManifest } } })
    const untagged = await pushImage(registry, 'a', 'subject of a tag')
    await pushImage(registry, 'a', 'tagged signature', { as: 'sig', fields: { subject: { ...untagged, mediaType: ociManifest } } })
    const named = await pushImage(registry, 'a', 'subject of a fallback tag')
    await pushManifest(registry, 'a', index([]), { as: `sha256-${named.digest.slice(7)}` })
    await twice({ untagged: true })
    for (const text of ['subject', 'signature', 'subject of a tag', 'tagged signature', 'subject of a fallback tag'])
      expect(await isThere(text), text).toBe(true)
  })

  test('that cannot be read as one keeps each digest that stands in it', async () => {
    const { registry, driver, twice, isThere } = setUp()
    await pushBlob(registry, 'a', 'named')
    const strange = bytes(`no JSON, but ${sha256('named')}`)
    await driver.put(blobDataPath(sha256(strange)), strange)
    await driver.put(revisionLinkPath(name('a'), sha256(strange)), bytes(sha256(strange)))
    await twice()
    expect(await isThere('named')).toBe(true)
  })

  test('is read once, and remembered for the next run', async () => {
    const { registry, driver, clock, run } = setUp()
    const { digest } = await pushImage(registry, 'a', 'one', { as: 'v1' })
    clock.move(25 * hour)
    await run()
    const reads: string[] = []
    const read = (key: string, options: { limit: number }) => {
      reads.push(key)
      return driver.read(key, options)
    }
    const watched = { ...driver, read }
    await run({ driver: watched })
    expect(reads.filter(key => key === blobDataPath(digest))).toEqual([])
  })
})

describe('another collector at the same time, which takes away what was known of manifests and writes it anew under other keys,', () => {
  /** The driver of one run, during which that happens once. */
  function disturbed(driver: StorageDriver, isMoment: (call: 'list' | 'read', key: Key) => boolean): StorageDriver {
    let done = false
    const perhaps = async (call: 'list' | 'read', key: Key) => {
      if (done || !isMoment(call, key)) return
      done = true
      await rewrite(driver)
    }
    return {
      ...driver,
      async read(key, options) {
        await perhaps('read', key)
        return driver.read(key, options)
      },
      async *list(prefix, options) {
        await perhaps('list', prefix)
        yield* driver.list(prefix, options)
      },
    }
  }

  let learnt = 0
  async function rewrite(driver: StorageDriver) {
    const before = new Set(await keysUnder(driver, referencesPath))
    while ((await keysUnder(driver, referencesPath)).some(key => before.has(key))) {
      const known = await knownManifests(driver, true)
      await known.learn({ digest: sha256(`another ${++learnt}`), blobs: [], manifests: [] })
      await known.save({ ...digestSet(), has: () => true })
    }
  }

  test('makes nothing look dead that was to be reached by a later pass, in neither mark', async () => {
    const { registry, driver, clock, run, isThere } = setUp()
    const child = await pushImage(registry, 'a', 'layer')
    const inner = await pushManifest(registry, 'a', index([{ ...child, mediaType: ociManifest }]))
    const outer = await pushManifest(registry, 'a', index([inner]), { as: 'multi' })
    // Each is known before what names it, so that each takes a pass.
    const known = await knownManifests(driver, true)
    for (const { digest } of [child, inner, outer]) {
      const manifest = await registry.manifests.get(name('a'), { digest })
      await known.learn({ digest, ...referencesOf(manifest?.content ?? new Uint8Array()) })
    }
    await known.save(digestSet())
    const atTheSecondPass = () => {
      const seen = new Set<Key>()
      return disturbed(driver, (call, key) => {
        if (call !== 'read' || !key.startsWith(referencesPath)) return false
        return seen.size === seen.add(key).size
      })
    }
    for (const _ of ['condemned', 'swept']) {
      clock.move(25 * hour)
      await run({ untagged: true, driver: atTheSecondPass() })
    }
    expect([await isThere('layer'), await keysUnder(driver, condemnedPath)]).toEqual([true, []])
  })

  test('does not let the children of a manifest go that is spared', async () => {
    const { registry, driver, clock, run, isThere } = setUp()
    await pushImage(registry, 'a', 'layer')
    clock.move(25 * hour)
    await run({ untagged: true })
    clock.move(25 * hour)
    const deleteUntil = async (keys: readonly Key[], deadline: number) =>
      keys.some(key => key.includes('/revisions/')) ? new Set<Key>() : (driver.deleteUntil?.(keys, deadline) ?? new Set<Key>())
    const afterTheMark = disturbed({ ...driver, deleteUntil }, (call, key) => call === 'list' && key.startsWith(blobsPath))
    expect((await run({ untagged: true, driver: afterTheMark })).freed.blobs).toBe(0)
    expect(await isThere('layer')).toBe(true)
  })
})

describe('a run', () => {
  test('for a storage that nobody writes to deletes at once, whatever its age', async () => {
    const { registry, run, isThere } = setUp()
    await pushImage(registry, 'a', 'kept', { as: 'v1' })
    await pushBlob(registry, 'a', 'garbage')
    expect((await run({ exclusive: true })).freed.blobs).toBe(1)
    expect([await isThere('garbage'), await isThere('kept')]).toEqual([false, true])
  })

  test('has no more requests under way than it may, and many where there are many', async () => {
    const { registry, driver, twice } = setUp()
    for (let number = 0; number < 60; number += 1)
      await pushImage(registry, `r${number}`, `layer ${number}`, number % 2 ? { as: 'v1' } : {})
    let [now, most] = [0, 0]
    const during = async <Result>(work: () => Promise<Result>) => {
      now += 1
      most = Math.max(most, now)
      await new Promise(resolve => setImmediate(resolve))
      return work().finally(() => {
        now -= 1
      })
    }
    const counted: StorageDriver = {
      ...driver,
      read: (...args) => during(() => driver.read(...args)),
      stat: (...args) => during(() => driver.stat(...args)),
      put: (...args) => during(() => driver.put(...args)),
      delete: (...args) => during(() => driver.delete(...args)),
      deleteUntil: (...args) => during(async () => (await driver.deleteUntil?.(...args)) ?? new Set()),
      async *list(...args) {
        for (const page of await during(() => Array.fromAsync(driver.list(...args)))) yield page
      },
    }
    expect((await twice({ driver: counted, breadth: 4, untagged: true })).freed.blobs).toBe(60)
    expect(most).toBe(4)
  })

  test('that is dry writes nothing, and says what would go', async () => {
    const { registry, driver, clock, run } = setUp()
    await pushBlob(registry, 'a', 'garbage')
    clock.move(25 * hour)
    const before = await keysUnder(driver, '')
    expect((await run({ dryRun: true })).doomed).toMatchObject({ blobs: 1, size: 7 })
    expect(await keysUnder(driver, '')).toEqual(before)
  })

  test('stops where Distribution has begun an upload a while ago', async () => {
    const { registry, driver, clock, run } = setUp()
    await pushBlob(registry, 'a', 'garbage')
    clock.move(25 * hour)
    await driver.put(`${repositoryPath(name('b'))}_uploads/0f0b/hashstates/sha256/0`, bytes('state'))
    await expect(run()).rejects.toThrow(/Distribution has begun an upload to b/)
    expect((await run({ exclusive: true })).freed.blobs).toBe(1)
  })

  test.each([
    ['deletes what has expired', async (keys: readonly string[]) => new Set(keys)],
    ['deletes nothing by signed URLs', async () => new Set<string>()],
  ])('stops where the store %s, and leaves all as it was', async (_, deleteUntil) => {
    const { registry, driver, clock, run, isThere } = setUp()
    await pushBlob(registry, 'a', 'garbage')
    clock.move(25 * hour)
    await run()
    clock.move(25 * hour)
    const failure: CollectionRefused = await run({ driver: { ...driver, deleteUntil } }).catch(error => error)
    expect(failure.message).toContain('--exclusive')
    expect([await isThere('garbage'), await keysUnder(driver, 'docker/registry/v2/_registry/canary/')]).toEqual([true, []])
  })

  test('takes its list away when nothing can be deleted by it any more, and everybody has to look again', async () => {
    const { registry, driver, clock, run, twice } = setUp()
    await pushBlob(registry, 'a', 'garbage')
    await twice()
    expect(await keysUnder(driver, condemnedPath)).toHaveLength(1)
    clock.move(47 * hour)
    await run()
    expect(await keysUnder(driver, condemnedPath)).toHaveLength(1)
    clock.move(2 * hour)
    await run()
    expect(await keysUnder(driver, condemnedPath)).toEqual([])
  })

  test('goes on with what one that was ended has condemned, and keeps the children of a manifest that it could not delete', async () => {
    const { registry, driver, clock, run, isThere } = setUp()
    await pushImage(registry, 'a', 'layer')
    clock.move(25 * hour)
    await run({ untagged: true })
    clock.move(25 * hour)
    const failing = {
      ...driver,
      deleteUntil: async (keys: readonly string[], deadline: number) =>
        keys.some(key => key.includes('/revisions/')) ? new Set<string>() : (driver.deleteUntil?.(keys, deadline) ?? new Set<string>()),
    }
    expect((await run({ untagged: true, driver: failing })).freed.blobs).toBe(0)
    expect(await isThere('layer')).toBe(true)
  })

  test('finds a manifest only by a tag that it reads when a tag has moved', async () => {
    const { registry, driver, twice, isThere } = setUp()
    await pushImage(registry, 'a', 'old', { as: 'latest' })
    await pushImage(registry, 'a', 'new', { as: 'latest' })
    expect(await driver.read(tagLinkPath(name('a'), 'latest' as never), { limit: 100 })).toBeDefined()
    await twice({ untagged: true })
    expect([await isThere('old'), await isThere('new')]).toEqual([false, true])
  })
})
