import { describe, expect, test } from 'vitest'
import { imagesHit } from '../../../registry-app/src/inspection/images-hit.ts'
import { type Scrubbed, type ScrubOptions, scrub } from '../../../registry-app/src/inspection/scrub.ts'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import { blobDataPath, damagedPath } from '../../../registry-app/src/registry/paths.ts'
import { type Quarantine, quarantine } from '../../../registry-app/src/registry/quarantine.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { bytes, content, keysUnder, MiB, pieces, sha256, sha512 } from '../support/bytes.ts'
import { codeOf, descriptor, image, index, layerType, name, pushBlob, pushImage, pushManifest } from '../support/images.ts'
import { hour, standingClock, trial } from '../support/registry.ts'
import { blobBytes, body } from '../support/uploads.ts'

function setUp() {
  const clock = standingClock()
  const driver = memoryDriver(clock)
  const kept: Quarantine = quarantine(driver, () => clock.now().getTime())
  const opened = trial({ driver, quarantine: kept, now: clock.now })
  const told: Scrubbed[] = []
  const pass = async (options: Partial<ScrubOptions> = {}) => {
    told.length = 0
    clock.move(hour)
    await scrub({
      driver,
      rate: MiB,
      clock: () => clock.now().getTime(),
      sleep: async milliseconds => clock.move(milliseconds),
      checkpoint: async scrubbed => void told.push(scrubbed),
      ...options,
    })
    await kept.look()
    return {
      blobs: told.reduce((sum, { blobs }) => sum + blobs, 0),
      damaged: told.flatMap(({ damaged }) => damaged),
      unreadable: told.flatMap(({ unreadable }) => unreadable),
      released: told.flatMap(({ released }) => released),
    }
  }
  /** As a disk does, which leaves the time at which a file was changed. */
  const damage = async (digest: Digest, to: (whole: Buffer) => Buffer) => {
    const whole = Buffer.from((await driver.read(blobDataPath(digest), { limit: MiB })) ?? [])
    await driver.put(blobDataPath(digest), to(whole))
  }
  return { ...opened, clock, driver, kept, told, pass, damage }
}

const flipped = (whole: Buffer) => {
  whole.writeUInt8(whole.readUInt8(0) ^ 1, 0)
  return whole
}
const cut = (whole: Buffer) => whole.subarray(0, -1)
const none = { damaged: [], unreadable: [], released: [] }

describe('a pass', () => {
  test('reads every blob, manifests and those pushed by their sha512 among them, and finds nothing where nothing is wrong', async () => {
    const { registry, driver, pass } = setUp()
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    await registry.uploads.store(name('a'), sha512('other'), body(bytes('other')))
    const before = await keysUnder(driver, '')
    expect(await pass()).toEqual({ blobs: 5, ...none })
    expect(await keysUnder(driver, '')).toEqual(before)
  })

  test.each([
    ['a flipped bit', flipped],
    ['a lost end', cut],
    ['lost bytes', () => Buffer.alloc(0)],
  ])('finds %s, and leaves what is there as it is', async (_, how) => {
    const { registry, driver, pass, damage } = setUp()
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    await damage(sha256('a layer'), how)
    const left = await driver.read(blobDataPath(sha256('a layer')), { limit: MiB })
    expect(await pass()).toEqual({ blobs: 3, ...none, damaged: [sha256('a layer')] })
    expect(await driver.read(blobDataPath(sha256('a layer')), { limit: MiB })).toEqual(left)
  })

  test('finds that an alias leads to other bytes than its sha512 says', async () => {
    const { registry, driver, pass } = setUp()
    for (const text of ['one', 'two']) await registry.uploads.store(name('a'), sha512(text), body(bytes(text)))
    await driver.put(`docker/registry/v2/_registry/aliases/${sha512('one').replace(':', '/')}`, bytes(sha256('two')))
    expect((await pass()).damaged).toEqual([sha512('one')])
    expect(await codeOf(registry.blobs.open(name('a'), sha512('two')))).toBe('no error')
  })

  test('says what cannot be read, and goes on; ten in a row end it', async () => {
    const { registry, driver, pass } = setUp()
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    const sick = (fails: (key: string) => boolean): StorageDriver => ({
      ...driver,
      get: (key, options) => (fails(key) ? Promise.reject(new Error('EIO')) : driver.get(key, options)),
    })
    const layer = blobDataPath(sha256('a layer'))
    expect(await pass({ driver: sick(key => key === layer) })).toEqual({
      blobs: 3,
      ...none,
      unreadable: [{ digest: sha256('a layer'), reason: 'EIO' }],
    })
    for (let more = 0; more < 10; more += 1) await pushBlob(registry, 'a', `${more}`)
    await expect(pass({ driver: sick(() => true) })).rejects.toThrow('10 blobs in a row cannot be read: EIO')
  })

  test('ends where the store is away, and says nothing of blobs', async () => {
    const { registry, driver, pass, told } = setUp()
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    const away = Object.assign(new Error('no answer'), { unavailable: true })
    await expect(pass({ driver: { ...driver, get: () => Promise.reject(away) } })).rejects.toBe(away)
    expect(told).toEqual([])
  })

  test('says nothing of damage that the way from the store did, and that is not there when it is read again', async () => {
    const { registry, driver, pass } = setUp()
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    let reads = 0
    const get: StorageDriver['get'] = async (key, options) => {
      const object = await driver.get(key, options)
      if (!object || key !== blobDataPath(sha256('a layer')) || reads++ > 0) return object
      return { ...object, body: pieces(bytes('')) }
    }
    expect(await pass({ driver: { ...driver, get } })).toEqual({ blobs: 3, ...none })
    expect(reads).toBe(2)
  })

  test('says nothing of a blob that is pushed while it is read', async () => {
    const { registry, driver, pass, damage, clock } = setUp()
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    await damage(sha256('a layer'), flipped)
    const get: StorageDriver['get'] = async (key, options) => {
      const object = await driver.get(key, options)
      if (key === blobDataPath(sha256('a layer'))) {
        clock.move(2000)
        await pushBlob(registry, 'a', 'a layer')
      }
      return object
    }
    expect(await pass({ driver: { ...driver, get } })).toEqual({ blobs: 3, ...none })
  })

  test('goes on where an earlier one was ended, and reads nothing twice but what came after its last checkpoint', async () => {
    const { registry, driver, pass, told } = setUp()
    for (let more = 0; more < 40; more += 1) await pushBlob(registry, 'a', `blob ${more}`)
    const read: string[] = []
    const dying = (after: number): StorageDriver => ({
      ...driver,
      get(key, options) {
        if (read.length === after) throw Object.assign(new Error('killed'), { unavailable: true })
        read.push(key)
        return driver.get(key, options)
      },
    })
    // A second for each blob, as the rate has it: checkpoints come each minute.
    const rate = (64 * 1024) / 6
    await expect(pass({ driver: dying(25), rate })).rejects.toThrow('killed')
    const reached = told.at(-1)?.position
    expect(reached).toBe(read[read.length - 6])
    await pass({ driver: dying(1000), rate, position: reached })
    expect(new Set(read).size).toBe(40)
    expect(read.length).toBe(45)
  })

  test('reads no more bytes than its rate allows, and one blob at a time, whatever their sizes', async () => {
    const { registry, driver, pass, clock } = setUp()
    for (const [seed, size] of [3 * MiB, 1000, 0, 700_000, 2 * MiB].entries()) await pushBlob(registry, 'a', content(size, seed + 1))
    const start = clock.now().getTime() + hour
    let [passed, open, most] = [0, 0, 0]
    const get: StorageDriver['get'] = async (key, options) => {
      const object = await driver.get(key, options)
      if (!object) return object
      const whole = Buffer.concat(await Array.fromAsync(object.body, piece => Buffer.from(piece)))
      const metered = async function* () {
        open += 1
        most = Math.max(most, open)
        for (let at = 0; at < whole.length; at += 64 * 1024) {
          passed += Math.min(64 * 1024, whole.length - at)
          // A second's worth, and a piece, may be ahead.
          expect(passed).toBeLessThanOrEqual(((clock.now().getTime() - start) / 1000 + 1) * MiB + 128 * 1024)
          yield whole.subarray(at, at + 64 * 1024)
        }
        open -= 1
      }
      return { ...object, body: metered() }
    }
    await pass({ driver: { ...driver, get }, rate: MiB })
    expect({ passed, most }).toEqual({ passed: 5 * MiB + 701_000, most: 1 })
    expect(clock.now().getTime() - start).toBeGreaterThan(4500)
  })
})

describe('a damaged blob', () => {
  async function withDamage(how = flipped) {
    const opened = setUp()
    const { digest } = await pushImage(opened.registry, 'a', 'a layer', { as: 'v1' })
    await opened.damage(sha256('a layer'), how)
    await opened.pass()
    const layer = sha256('a layer')
    const manifest = image({ config: descriptor('{}'), layers: [descriptor('a layer')] })
    return { ...opened, digest, layer, push: () => codeOf(pushManifest(opened.registry, 'a', manifest, { as: 'v2' })) }
  }

  test('is served no more, neither there nor to be mounted, and no manifest that names it is taken', async () => {
    const { registry, layer, push } = await withDamage()
    expect(await codeOf(registry.blobs.open(name('a'), layer))).toBe('BLOB_UNKNOWN')
    expect(await registry.blobs.stat(name('a'), layer)).toBeUndefined()
    expect(await registry.blobs.offer(name('a'), layer)).toBeUndefined()
    expect(await registry.blobs.mount(name('b'), layer, name('a'))).toBeUndefined()
    expect(await push()).toEqual(['MANIFEST_BLOB_UNKNOWN'])
  })

  test('is not given to clients by a URL of the store’s either', async () => {
    const { driver, kept, layer, another } = await withDamage()
    const redirecting = another({ driver: { ...driver, urlFor: async key => new URL(`https://store.example/${key}`) }, quarantine: kept })
    expect(await codeOf(redirecting.blobs.locate(name('a'), layer))).toBe('BLOB_UNKNOWN')
    expect(await redirecting.blobs.locate(name('a'), sha256('{}'))).toBeDefined()
  })

  test('is mended by a push of the same content, at once and in every process, and the next pass takes the mark away', async () => {
    const { registry, driver, clock, layer, push, pass, another } = await withDamage()
    const otherView = quarantine(driver, () => clock.now().getTime())
    await otherView.look()
    const other = another({ quarantine: otherView })
    expect(await codeOf(other.blobs.open(name('a'), layer))).toBe('BLOB_UNKNOWN')
    await pushBlob(registry, 'a', 'a layer')
    expect(await push()).toBe('no error')
    for (const each of [registry, other]) expect(String(await blobBytes(each, 'a', layer))).toBe('a layer')
    expect(await pass()).toMatchObject({ damaged: [], released: [layer] })
    expect(await keysUnder(driver, damagedPath)).toEqual([])
  })

  test('that somebody put back as it was, its time included, is released by the next pass', async () => {
    const { driver, clock, layer, pass } = await withDamage()
    const { modified } = (await driver.stat(blobDataPath(layer))) ?? { modified: clock.now() }
    const restored = memoryDriver({ now: () => modified })
    await restored.put(blobDataPath(layer), bytes('a layer'))
    const both: StorageDriver = {
      ...driver,
      get: (key, options) => (key === blobDataPath(layer) ? restored : driver).get(key, options),
      stat: (key, options) => (key === blobDataPath(layer) ? restored : driver).stat(key, options),
    }
    expect(await pass({ driver: both })).toMatchObject({ damaged: [], released: [layer] })
  })

  test('that is gone has no mark after the next pass', async () => {
    const { driver, layer, pass } = await withDamage()
    await driver.delete([blobDataPath(layer)])
    expect(await pass()).toMatchObject({ damaged: [], released: [layer] })
  })

  test('is told again by each pass, until it is mended', async () => {
    const { layer, pass, driver } = await withDamage()
    expect((await pass()).damaged).toEqual([layer])
    expect(await keysUnder(driver, damagedPath)).toHaveLength(1)
  })

  test('that is a manifest is unknown, so that clients push it again', async () => {
    const { registry, another, kept, digest, damage, pass } = await withDamage()
    await damage(digest, cut)
    await pass()
    const cold = another({ quarantine: kept })
    expect(await cold.manifests.get(name('a'), { digest })).toBeUndefined()
    await pushBlob(registry, 'a', 'a layer')
    const layers = [descriptor('a layer', layerType)]
    await pushManifest(registry, 'a', image({ config: descriptor('{}', 'application/vnd.oci.image.config.v1+json'), layers }))
    expect((await cold.manifests.get(name('a'), { digest }))?.digest).toBe(digest)
  })
})

describe('the images that are hit', () => {
  test('are all that lead to the blob: by tag and digest, in each repository, through indexes and by sha512', async () => {
    const { registry, driver } = setUp()
    await pushImage(registry, 'a', 'bad', { as: 'v1' })
    const child = await pushImage(registry, 'b/c', 'bad')
    const whole = await pushManifest(registry, 'b/c', index([{ ...child, mediaType: 'application/vnd.oci.image.manifest.v1+json' }]), {
      as: 'multi',
    })
    const config = await pushBlob(registry, 'd', '{}')
    await registry.uploads.store(name('d'), sha512('bad'), body(bytes('bad')))
    const long = await pushManifest(registry, 'd', image({ config, layers: [{ ...descriptor('bad'), digest: sha512('bad') }] }), {
      as: 'v1',
    })
    await pushImage(registry, 'e', 'good', { as: 'v1' })
    await pushImage(registry, 'f', 'bad', { as: 'moved' })
    await pushImage(registry, 'f', 'good', { as: 'moved' })

    const found = await imagesHit({ driver, breadth: 4, damaged: new Set([sha256('bad')]) })
    const lines = found.map(hit => `${hit.name} ${hit.digest === whole.digest ? 'index' : 'image'} ${hit.tags.join()}`)
    expect(lines.sort()).toEqual(['a image v1', 'b/c image ', 'b/c index multi', 'd image v1', 'f image '])
    expect(found.find(hit => hit.name === 'd')?.digest).toBe(long.digest)
    expect(await imagesHit({ driver, breadth: 4, damaged: new Set([sha512('bad')]) })).toMatchObject([{ name: 'd' }])
  })
})
