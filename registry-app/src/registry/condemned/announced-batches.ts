import { LRUCache } from 'lru-cache'
import type { CallOptions, Key, StorageDriver } from '../../storage/driver.ts'
import type { Digest } from '../digest.ts'
import { sweepingPath } from '../paths.ts'
import { isPacked } from './digest-bytes.ts'

/** What a batch may be at most, in bytes. */
const batchLimit = 4 * 1024 * 1024

/** @param run the name of its list @param deadline milliseconds since 1970, by the store's clock */
export const batchPath = (run: string, deadline: number, random: string): Key =>
  `${sweepingPath}${run}/${String(deadline).padStart(15, '0')}-${random}`

/** The deadline in a batch's key. What cannot be read counts as never over. */
function deadlineOf(key: Key): number {
  const deadline = /\/(\d{15})-[^/]+$/.exec(key)?.[1]
  return deadline === undefined ? Number.POSITIVE_INFINITY : Number(deadline)
}

/** Looks for batches of deletes that garbage collection has announced. */
export interface AnnouncedBatches {
  /** The latest deadline of those that name one of the digests and may still be carried out. @returns `undefined` if there is none */
  latestNaming(digests: readonly Digest[], options?: CallOptions): Promise<number | undefined>
}

/** @param margin how long after its deadline a delete may still be carried out; milliseconds */
export function announcedBatches(driver: StorageDriver, margin: number): AnnouncedBatches {
  /** One never changes. */
  const known = new LRUCache<Key, Uint8Array>({ maxSize: 8 * 1024 * 1024, sizeCalculation: content => content.length + 100 })

  async function contentOf(key: Key, options?: CallOptions): Promise<Uint8Array> {
    const found = known.get(key) ?? (await driver.read(key, { ...options, limit: batchLimit })) ?? new Uint8Array()
    known.set(key, found)
    return found
  }

  return {
    async latestNaming(digests, options) {
      let latest: number | undefined
      for await (const { objects } of driver.list(sweepingPath, options)) {
        const { earliest } = await driver.time(options)
        for (const { key } of objects) {
          const deadline = deadlineOf(key)
          if (deadline + margin < earliest || deadline <= (latest ?? 0)) continue
          const content = await contentOf(key, options)
          if (digests.some(digest => isPacked(content, digest))) latest = deadline
        }
      }
      return latest
    },
  }
}
