import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { collect } from '../../../registry-app/src/collection/collect.ts'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import type { Name } from '../../../registry-app/src/registry/name.ts'
import { blobDataPath, layerLinkPath, revisionLinkPath } from '../../../registry-app/src/registry/paths.ts'
import type { Key, StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'

const sha256 = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}`
const hour = 3_600_000
const timings = { grace: 24 * hour, viewage: 60_000, window: 12 * hour, batchtime: 30_000, margin: 60_000 }

/** A sorted store in memory that counts requests as a bucket would: pages of a thousand. */
function counted(driver: StorageDriver) {
  const counts = { requests: 0, listed: 0, deleted: 0 }
  const one =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      counts.requests += 1
      return call(...args)
    }
  const store: StorageDriver = {
    ...driver,
    read: one(driver.read),
    stat: one(driver.stat),
    put: one(driver.put),
    delete: one(driver.delete),
    deleteUntil: async (keys: readonly Key[], deadline: number) => {
      counts.requests += 1
      counts.deleted += keys.length
      return (await driver.deleteUntil?.(keys, deadline)) ?? new Set()
    },
    async *list(prefix, options) {
      for await (const page of driver.list(prefix, options)) {
        counts.listed += page.objects.length
        counts.requests += Math.max(1, Math.ceil(page.objects.length / 1000))
        yield page
      }
    },
  }
  return { store, counts }
}

it('takes no more requests for 100,000 blobs than the keys take pages, and one for each manifest that is new, within a minute', async () => {
  let time = Date.parse('2026-03-01T12:00:00Z')
  const driver = memoryDriver({ now: () => new Date(time) })
  const [images, layers, garbage] = [5_000, 10, 50_000]
  for (let number = 0; number < images; number += 1) {
    const name = `r${number % 100}` as Name
    const digests = Array.from({ length: layers }, (_, layer) => sha256(`${number} ${layer}`))
    for (const digest of digests) {
      await driver.put(blobDataPath(digest), new Uint8Array(1))
      await driver.put(layerLinkPath(name, digest), Buffer.from(digest))
    }
    const manifest = JSON.stringify({
      schemaVersion: 2,
      config: { digest: digests[0] },
      layers: digests.slice(1).map(digest => ({ digest })),
    })
    await driver.put(blobDataPath(sha256(manifest)), Buffer.from(manifest))
    await driver.put(revisionLinkPath(name, sha256(manifest)), Buffer.from(sha256(manifest)))
  }
  for (let number = 0; number < garbage; number += 1) {
    const digest = sha256(`garbage ${number}`)
    await driver.put(blobDataPath(digest), new Uint8Array(1))
    await driver.put(layerLinkPath(`r${number % 100}` as Name, digest), Buffer.from(digest))
  }

  const { store, counts } = counted(driver)
  let names = 0
  const run = () =>
    collect({
      ...{ driver: store, timings, breadth: 8, randomName: () => `name${names++}`, progress: () => {} },
      ...{ untagged: false, dryRun: false, exclusive: false },
    })
  time += 25 * hour
  // Nothing is waited for here: on a machine of its own this is the time that passes, and neighbours do not count.
  const begun = process.cpuUsage()
  expect((await run()).condemned.blobs).toBe(garbage)
  time += 25 * hour
  expect((await run()).freed.blobs).toBe(garbage)
  const { user, system } = process.cpuUsage(begun)
  const seconds = (user + system) / 1_000_000

  expect(counts.deleted).toBe(2 * garbage + 2)
  const constant = 300
  expect(counts.requests).toBeLessThanOrEqual(counts.listed / 1000 + images + counts.deleted / 1000 + constant)
  expect(seconds).toBeLessThan(60)
}, 300_000)
