import { describe, expect, test } from 'vitest'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import { verifiedBody } from '../../../registry-app/src/registry/verified-body.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { bytes, content, failing, pieces, sha256, sha512 } from '../support/bytes.ts'
import { image, name, pushBlob, pushManifest } from '../support/images.ts'
import { trial } from '../support/registry.ts'

const whole = content(1000)

/** What came, and how it ended. */
async function read(body: AsyncIterable<Uint8Array>, size: number, digest = sha256(whole)) {
  const object = { size, modified: new Date(0), body, close: async () => {} }
  const received: Buffer[] = []
  try {
    for await (const piece of verifiedBody(object, digest, 'blobs/x/data', () => {})) received.push(Buffer.from(piece))
    return { received: Buffer.concat(received), error: undefined }
  } catch (error) {
    return { received: Buffer.concat(received), error: String(error) }
  }
}

describe('a body that is verified', () => {
  test.each([1, 7, 100, 1000])('comes as it is, in pieces of %i', async size => {
    for (const digest of [sha256(whole), sha512(whole)]) {
      const { received, error } = await read(pieces(whole, size), 1000, digest)
      expect(error).toBeUndefined()
      expect(received.equals(whole)).toBe(true)
    }
  })

  const wrong = Buffer.from(whole)
  wrong[0] = (wrong[0] ?? 0) ^ 1
  const longer = Buffer.concat([whole, bytes('x')])
  const cases: readonly [what: string, body: () => AsyncIterable<Uint8Array>, size: number, error: string][] = [
    ['with a byte that is wrong', () => pieces(wrong, 100), 1000, 'blobs/x/data does not have the digest sha256:'],
    ['in one piece with a byte that is wrong', () => pieces(wrong), 1000, 'does not have the digest'],
    ['that was cut short', () => pieces(whole.subarray(0, 900), 100), 900, 'does not have the digest'],
    ['that ends before its size', () => pieces(whole.subarray(0, 900), 100), 1000, 'ended 100 bytes before its 1000'],
    ['that is longer than its size', () => pieces(longer, 300), 1000, 'more than the 1000 bytes'],
    ['that goes on after its size', () => pieces(longer, 1000), 1000, 'more than the 1000 bytes'],
    ['that fails', () => failing(whole.subarray(0, 500), 'the store is away'), 1000, 'the store is away'],
    ['of no bytes that should have some', () => pieces(bytes('')), 0, 'does not have the digest'],
    ['of no bytes that has some', () => pieces(whole), 0, 'does not have the digest'],
  ]
  test.each(cases)('%s ends in an error', async (_, body, size, error) => {
    expect((await read(body(), size)).error).toContain(error)
  })

  test.each(cases.slice(0, 3))('%s never gives its last piece', async (_, body, size) => {
    expect((await read(body(), size)).received.length).toBeLessThan(size)
  })

  test('of no bytes is whole', async () => {
    expect(await read(pieces(bytes('')), 0, sha256(''))).toEqual({ received: Buffer.of(), error: undefined })
  })

  test('may have pieces without bytes', async () => {
    async function* body() {
      yield Buffer.of()
      yield whole
      yield Buffer.of()
    }
    expect((await read(body(), 1000)).error).toBeUndefined()
  })

  test('lets go of the body when its reader does', async () => {
    let left = false
    async function* body() {
      try {
        yield* pieces(whole, 10)
      } finally {
        left = true
      }
    }
    for await (const _ of verifiedBody({ size: 1000, body: body() }, sha256(whole), 'x', () => {})) break
    expect(left).toBe(true)
  })
})

describe('a blob that was damaged in the storage', () => {
  const damaged = async (damage: Uint8Array, verify: boolean) => {
    const opened = trial({ verify })
    const config = await pushBlob(opened.registry, 'a', '{}')
    const layer = await pushBlob(opened.registry, 'a', whole)
    const { digest } = await pushManifest(opened.registry, 'a', image({ config, layers: [layer] }))
    await opened.driver.put(blobDataPath(layer.digest), damage)
    const cold = opened.another()
    await cold.manifests.get(name('a'), { digest })
    return async (registry = cold) => {
      const blob = await registry.blobs.open(name('a'), layer.digest)
      return Array.fromAsync(blob?.body ?? [])
    }
  }

  test.each([0, 1, 999, 1001])('to another size than its manifest says breaks off: %i', async size => {
    const open = await damaged(content(size), false)
    await expect(open()).rejects.toThrow('does not have the digest')
  })

  test('and has its size breaks off where every blob is verified', async () => {
    await expect((await damaged(content(1000, 2), true))()).rejects.toThrow('does not have the digest')
    expect(await (await damaged(content(1000, 2), false))()).toHaveLength(1)
  })

  test('is not hashed for a manifest’s sake where it is what its digest says: a wrong size in a manifest changes nothing', async () => {
    const driver: StorageDriver = memoryDriver({ now: () => new Date() })
    const { registry } = trial({ driver })
    const config = await pushBlob(registry, 'a', '{}')
    const layer = await pushBlob(registry, 'a', whole)
    await pushManifest(registry, 'a', image({ config, layers: [{ ...layer, size: 5 }] }))
    const blob = await registry.blobs.open(name('a'), layer.digest)
    expect(Buffer.concat(await Array.fromAsync(blob?.body ?? [])).equals(whole)).toBe(true)
  })
})
