import { describe, expect, test } from 'vitest'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import { bytes, content, pieces, sha256 } from '../support/bytes.ts'
import { descriptor, image, name, pushBlob, pushManifest } from '../support/images.ts'
import { trial } from '../support/registry.ts'
import { blobBytes } from '../support/uploads.ts'

const a = name('a')
const whole = content(200_000)
const digest = sha256(whole)
const place = blobDataPath(digest)
const cutShort = whole.subarray(0, 150_000)
const changed = Buffer.from(whole).fill(0, 100_000, 100_001)
const isDamaged = /^docker\/registry\/v2\/blobs\/sha256\/.*: it is damaged$/

/** A blob as another process pushed it. */
async function pushedElsewhere({ verify = false, with: stored = whole as Uint8Array } = {}) {
  const opened = trial({ verify })
  await pushBlob(opened.registry, 'a', whole)
  await opened.driver.put(place, stored)
  return { ...opened, registry: opened.another() }
}

const bytesServed = async (registry: Registry, range: { first: number }) => {
  const blob = await registry.blobs.open(a, digest, { range })
  return Buffer.concat(await Array.fromAsync(blob?.body ?? []))
}

/** All that comes of a blob before it breaks. */
async function comesOf(registry: Registry): Promise<{ size: number; error: unknown }> {
  const blob = await registry.blobs.open(a, digest)
  let size = 0
  try {
    for await (const piece of blob?.body ?? []) size += piece.length
    return { size, error: undefined }
  } catch (error) {
    return { size, error }
  }
}

describe('a blob that was cut short', () => {
  test('is not served whole by a process that knows nothing of it', async () => {
    const { registry } = await pushedElsewhere({ with: cutShort })
    const { size, error } = await comesOf(registry)
    expect(String(error)).toContain(`${place} does not have the digest ${digest}: it is damaged`)
    expect(size).toBeLessThan(cutShort.length)
  })

  test('of which nothing is left is not served as an empty one', async () => {
    const { registry } = await pushedElsewhere({ with: Buffer.alloc(0) })
    expect((await comesOf(registry)).error).toMatchObject({ message: expect.stringMatching(isDamaged) })
  })

  test('breaks where a manifest of the repository says that it is larger', async () => {
    const { registry } = await pushedElsewhere({ with: cutShort })
    await vouch(registry, whole)
    expect((await comesOf(registry)).error).toMatchObject({ message: expect.stringMatching(isDamaged) })
    await expect(bytesServed(registry, { first: 0 })).rejects.toThrow('has 150000 bytes, not 200000: it is damaged')
  })

  test('is refused from its first byte on, in whole and in part, by a process that had all of it in hand', async () => {
    const { registry, driver } = await pushedElsewhere()
    expect(await blobBytes(registry, 'a', digest)).toEqual(whole)
    await driver.put(place, cutShort)
    await expect(registry.blobs.open(a, digest)).rejects.toThrow(`${place} has 150000 bytes, not 200000: it is damaged`)
    await expect(bytesServed(registry, { first: 10 })).rejects.toThrow('it is damaged')
  })

  test('is mended by whoever pushes it again, where this process knows that it is damaged', async () => {
    const { registry, driver } = trial()
    await pushBlob(registry, 'a', whole)
    await driver.put(place, cutShort)
    expect(await registry.blobs.stat(a, digest)).toBeUndefined()
    await pushBlob(registry, 'a', whole)
    expect(await registry.blobs.stat(a, digest)).toMatchObject({ size: whole.length })
    expect(await blobBytes(registry, 'a', digest)).toEqual(whole)
  })

  test.each<[string, (registry: Registry) => Promise<unknown>]>([
    ['in one request', registry => pushBlob(registry, 'a', whole)],
    [
      'as docker does',
      async registry => {
        const state = await registry.uploads.append(registry.uploads.start(a), { pieces: pieces(whole) })
        await registry.uploads.finish(state, digest, undefined)
      },
    ],
    [
      'in chunks',
      async registry => {
        const first = await registry.uploads.append(registry.uploads.start(a), {
          pieces: pieces(whole.subarray(0, 70_000)),
          range: { first: 0, last: 69_999 },
        })
        const range = { first: 70_000, last: whole.length - 1 }
        await registry.uploads.finish(
          await registry.uploads.append(first, { pieces: pieces(whole.subarray(70_000)), range }),
          digest,
          undefined,
        )
      },
    ],
  ])('is known to be damaged by the process that took it %s', async (_, push) => {
    const { registry, driver } = trial()
    await push(registry)
    await driver.put(place, cutShort)
    await expect(registry.blobs.open(a, digest)).rejects.toThrow('it is damaged')
  })
})

describe('hashing what is served', () => {
  test('happens once for a blob that nothing vouches for', async () => {
    const { registry, driver } = await pushedElsewhere()
    await comesOf(registry)
    await driver.put(place, changed)
    expect(await comesOf(registry)).toEqual({ size: whole.length, error: undefined })
  })

  test('does not happen where a manifest vouches for a blob of this size', async () => {
    const { registry } = await pushedElsewhere({ with: changed })
    await vouch(registry, whole)
    expect(await comesOf(registry)).toEqual({ size: whole.length, error: undefined })
  })

  test('happens each time where storage.verify says so', async () => {
    const { registry, driver } = await pushedElsewhere({ verify: true })
    await vouch(registry, whole)
    expect((await comesOf(registry)).error).toBeUndefined()
    await driver.put(place, changed)
    expect((await comesOf(registry)).error).toMatchObject({ message: expect.stringMatching(isDamaged) })
  })

  test('shows that a manifest was wrong, and ranges are served from then on', async () => {
    const { registry } = await pushedElsewhere()
    await vouch(registry, Buffer.concat([whole, bytes('more')]))
    await expect(bytesServed(registry, { first: 199_990 })).rejects.toThrow('it is damaged')
    expect(await blobBytes(registry, 'a', digest)).toEqual(whole)
    expect(await bytesServed(registry, { first: 199_990 })).toEqual(whole.subarray(199_990))
  })
})

/** Lets a manifest name the blob with this size. */
async function vouch(registry: Registry, as: Uint8Array) {
  const config = await pushBlob(registry, 'a', '{}')
  await pushManifest(registry, 'a', image({ config, layers: [{ ...descriptor(as), digest }] }))
}
