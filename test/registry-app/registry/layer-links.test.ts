import { describe, expect, test } from 'vitest'
import { blobDataPath, layerLinkPath } from '../../../registry-app/src/registry/paths.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { bytes, sha256, sha512 } from '../support/bytes.ts'
import { codeOf, descriptor, image, name, pushBlob, pushManifest, tag } from '../support/images.ts'
import { trial } from '../support/registry.ts'
import { remoteStore } from '../support/remote-store.ts'
import { blobBytes, body } from '../support/uploads.ts'

const mine = name('mine')
const minute = 60_000
const digest = sha256('a layer')

/** An image in a bucket, and what its blobs are. */
async function pushed(layers: readonly string[] = ['a layer', 'b', 'c', 'd', 'e']) {
  const driver = remoteStore()
  const opened = trial({ driver })
  const config = await pushBlob(opened.registry, 'mine', '{}')
  const blobs = []
  for (const layer of layers) blobs.push(await pushBlob(opened.registry, 'mine', layer))
  const manifest = image({ config, layers: blobs })
  const { digest } = await pushManifest(opened.registry, 'mine', manifest, { as: 'v1' })
  driver.asked()
  return { ...opened, driver, manifest, manifestDigest: digest, config: config.digest, layers: blobs.map(blob => blob.digest) }
}

/** Every way to a blob. */
async function isServed(registry: Registry, digest: ReturnType<typeof sha256>): Promise<boolean> {
  const ways = [
    await registry.blobs.stat(mine, digest),
    await registry.blobs.open(mine, digest),
    await registry.blobs.open(mine, digest, { range: { first: 1 } }),
    await registry.blobs.locate(mine, digest),
  ].map(found => found !== undefined && found !== 'unknown')
  expect(new Set(ways).size, 'all ways agree').toBe(1)
  return ways[0] === true
}

const read = (registry: Registry) => registry.manifests.get(mine, { tag: tag('v1') })

describe('a pull from a bucket', () => {
  test('asks for all links of a manifest’s blobs at once, and for each blob', async () => {
    const { another, driver, layers } = await pushed()
    const cold = another()
    await read(cold)
    for (const layer of layers) expect(await blobBytes(cold, 'mine', layer)).toBeDefined()
    const asked = driver.asked()
    expect(asked.filter(request => request.startsWith('list'))).toHaveLength(1)
    expect(asked, asked.join('\n')).toHaveLength(8)
  })

  test('does so once, though all blobs are asked for at the same moment', async () => {
    const { another, driver, layers, config } = await pushed()
    const cold = another()
    await read(cold)
    driver.asked()
    await Promise.all([config, ...layers].map(layer => blobBytes(cold, 'mine', layer)))
    expect(driver.asked()).toHaveLength(1 + 6)
  })

  test('of fewer than three blobs lists nothing', async () => {
    const { another, driver, layers } = await pushed(['a layer'])
    const cold = another()
    await read(cold)
    for (const layer of layers) await blobBytes(cold, 'mine', layer)
    expect(driver.asked().filter(request => request.startsWith('list'))).toEqual([])
  })

  test('costs nothing for a manifest whose blobs nobody asks for', async () => {
    const { another, driver } = await pushed()
    await read(another())
    expect(driver.asked()).toHaveLength(2)
  })

  test('asks by itself for a link that the first page does not show', async () => {
    const { another, driver, layers } = await pushed()
    const short: StorageDriver = {
      ...driver,
      async *list(prefix, options) {
        for await (const page of driver.list(prefix, options)) yield { ...page, objects: page.objects.slice(0, 3), more: true }
      },
    }
    const cold = another({ driver: short })
    await read(cold)
    for (const layer of layers) expect(await isServed(cold, layer)).toBe(true)
  })

  test('takes a link of another size than a digest has for damage', async () => {
    const { another, driver, layers } = await pushed()
    await driver.put(layerLinkPath(mine, digest), bytes(''))
    const cold = another()
    await read(cold)
    await expect(blobBytes(cold, 'mine', digest)).rejects.toThrow('holds no digest')
    expect(await blobBytes(cold, 'mine', layers[1] ?? digest)).toBeDefined()
  })

  test('goes on after a list that failed', async () => {
    const { another, driver } = await pushed()
    let failures = 1
    const failing: StorageDriver = {
      ...driver,
      list(prefix, options) {
        if (failures-- > 0) throw new Error('the store is away')
        return driver.list(prefix, options)
      },
    }
    const cold = another({ driver: failing })
    await read(cold)
    await expect(blobBytes(cold, 'mine', digest)).rejects.toThrow('the store is away')
    expect(await blobBytes(cold, 'mine', digest)).toBeDefined()
  })

  test('lets one client’s leaving harm no other', async () => {
    const { another, layers } = await pushed()
    const cold = another()
    await read(cold)
    const gone = AbortSignal.abort(new Error('the client left'))
    const [first = digest, ...others] = layers
    await Promise.allSettled([cold.blobs.open(mine, first, { signal: gone })])
    for (const layer of others) expect(await blobBytes(cold, 'mine', layer)).toBeDefined()
  })
})

describe('a blob that another process deleted', () => {
  const deletedElsewhere = async (options = {}) => {
    const opened = await pushed()
    const here = opened.another(options)
    await read(here)
    expect(await isServed(here, digest)).toBe(true)
    expect(await opened.another().blobs.unlink(mine, digest)).toBe(true)
    return { ...opened, here }
  }

  test('is served here for five minutes more at most, however often it, its manifest or its neighbours are asked for', async () => {
    const { here, clock, layers } = await deletedElsewhere()
    for (let minutes = 0; minutes < 5; minutes += 1) {
      expect(await isServed(here, digest)).toBe(true)
      clock.move(minute)
      await read(here)
      for (const layer of layers.slice(1)) await blobBytes(here, 'mine', layer)
    }
    for (let again = 0; again < 3; again += 1) {
      expect(await isServed(here, digest)).toBe(false)
      await read(here)
    }
  })

  test('is gone at once where no manifest led to it, though it was served here a moment ago', async () => {
    const { registry, another } = trial({ driver: remoteStore() })
    const here = another()
    await pushBlob(registry, 'mine', 'a layer')
    expect(await isServed(here, digest)).toBe(true)
    await registry.blobs.unlink(mine, digest)
    expect(await isServed(here, digest)).toBe(false)
  })

  test('is gone at once where nothing is believed', async () => {
    const { here } = await deletedElsewhere({ believedFor: 0 })
    expect(await isServed(here, digest)).toBe(false)
  })

  test('is not served by a process that began since, though the manifest is still there', async () => {
    const { another, layers } = await deletedElsewhere()
    const cold = another()
    await read(cold)
    expect(await isServed(cold, digest)).toBe(false)
    expect(await isServed(cold, layers[1] ?? digest)).toBe(true)
  })

  test('is mounted nowhere from then on', async () => {
    const { here } = await deletedElsewhere()
    expect(await here.blobs.mount(name('other'), digest, mine)).toBeUndefined()
  })

  test('is required again of a manifest after those five minutes', async () => {
    const { here, clock, manifest } = await deletedElsewhere()
    clock.move(5 * minute)
    expect(await codeOf(pushManifest(here, 'mine', manifest))).toEqual(['MANIFEST_BLOB_UNKNOWN'])
  })
})

describe('a blob that was deleted here', () => {
  test('is gone whatever manifest is served, pushed or asked for since', async () => {
    const { registry, manifest } = await pushed()
    await read(registry)
    await registry.blobs.unlink(mine, digest)
    await read(registry)
    expect(await isServed(registry, digest)).toBe(false)
    expect(await codeOf(pushManifest(registry, 'mine', manifest))).toEqual(['MANIFEST_BLOB_UNKNOWN'])
    expect(await isServed(registry, digest)).toBe(false)
  })

  test('is back once it is pushed or mounted again', async () => {
    const { registry } = await pushed()
    await pushBlob(registry, 'other', 'a layer')
    await registry.blobs.unlink(mine, digest)
    await registry.blobs.mount(mine, digest, name('other'))
    expect(await isServed(registry, digest)).toBe(true)
    await registry.blobs.unlink(mine, digest)
    await pushBlob(registry, 'mine', 'a layer')
    expect(await isServed(registry, digest)).toBe(true)
  })

  test('under its sha512 is gone under that name at once, and stays under the other', async () => {
    const { registry } = trial({ driver: remoteStore() })
    await registry.uploads.store(mine, sha512('a layer'), body(bytes('a layer')))
    for (const each of [sha256, sha512]) expect(await isServed(registry, each('a layer'))).toBe(true)
    await registry.blobs.unlink(mine, sha512('a layer'))
    expect(await isServed(registry, sha512('a layer'))).toBe(false)
    expect(await isServed(registry, digest)).toBe(true)
  })

  test('stays where its manifest was deleted instead', async () => {
    const { registry, manifestDigest } = await pushed()
    await registry.manifests.delete(mine, { digest: manifestDigest })
    expect(await isServed(registry, digest)).toBe(true)
  })
})

test('a layer under sha512 is served by its own link, never by what a manifest says of it', async () => {
  const { registry, another } = trial({ driver: remoteStore() })
  await pushBlob(registry, 'theirs', 'a secret')
  await registry.uploads.store(name('theirs'), sha512('a secret'), body(bytes('a secret')))
  const config = await pushBlob(registry, 'mine', '{}')
  const layer = { ...descriptor('a secret'), digest: sha512('a secret') }
  expect(await codeOf(pushManifest(registry, 'mine', image({ config, layers: [layer] })))).toEqual(['MANIFEST_BLOB_UNKNOWN'])
  await pushManifest(another({ rules: undefined }), 'mine', image({ config, layers: [layer] }), { as: 'v1' })
  await read(registry)
  expect(await isServed(registry, layer.digest)).toBe(false)
})

describe('a deletion in the middle of', () => {
  /** A store whose next `operation` has its answer, and gives it when it is let. */
  function held(driver: StorageDriver) {
    const gates = new Map<string, { reached: PromiseWithResolvers<void>; opened: PromiseWithResolvers<void> }>()
    const through = async (operation: string, key: string) => {
      for (const [wanted, gate] of gates) {
        if (!`${operation} ${key}`.startsWith(wanted)) continue
        gates.delete(wanted)
        gate.reached.resolve()
        await gate.opened.promise
      }
    }
    const holding: StorageDriver = {
      ...driver,
      async read(key, options) {
        const answer = await driver.read(key, options)
        await through('read', key)
        return answer
      },
      async stat(key, options) {
        const answer = await driver.stat(key, options)
        await through('stat', key)
        return answer
      },
      async put(key, content, options) {
        await driver.put(key, content, options)
        await through('put', key)
      },
      async *list(prefix, options) {
        for await (const page of driver.list(prefix, options)) {
          await through('list', prefix)
          yield page
        }
      },
    }
    const hold = (wanted: string) => {
      const gate = { reached: Promise.withResolvers<void>(), opened: Promise.withResolvers<void>() }
      gates.set(wanted, gate)
      return { reached: gate.reached.promise, open: () => gate.opened.resolve() }
    }
    return { holding, hold }
  }

  const link = layerLinkPath(mine, digest)
  const cases: readonly [what: string, hold: string, act: (registry: Registry, manifest: object) => Promise<unknown>][] = [
    ['a HEAD that has read the link', `read ${link}`, registry => registry.blobs.stat(mine, digest)],
    ['a HEAD that has seen the data', `stat ${blobDataPath(digest)}`, registry => registry.blobs.stat(mine, digest)],
    [
      'a pull that has listed the links',
      'list ',
      async registry => {
        await read(registry)
        return registry.blobs.open(mine, digest)
      },
    ],
    ['a push that has written the link', `put ${link}`, registry => pushBlob(registry, 'mine', 'a layer')],
    [
      'a push of a manifest that has seen its blobs',
      'put ',
      (registry, manifest) => pushManifest(registry, 'mine', { ...manifest, annotations: { another: 'one' } }, { as: 'v2' }),
    ],
    ['a push of a manifest that has listed the links', 'list ', (registry, manifest) => pushManifest(registry, 'mine', { ...manifest })],
  ]

  test.each(cases)('%s is not undone by what that remembers', async (_, wanted, act) => {
    const { driver, another, manifest } = await pushed()
    const { holding, hold } = held(driver)
    const registry = another({ driver: holding })
    const gate = hold(wanted)
    const acting = act(registry, manifest)
    await gate.reached
    expect(await registry.blobs.unlink(mine, digest)).toBe(true)
    gate.open()
    await acting
    await read(registry)
    expect(await isServed(registry, digest)).toBe(false)
    expect(await codeOf(pushManifest(registry, 'mine', manifest))).toEqual(['MANIFEST_BLOB_UNKNOWN'])
  })
})
