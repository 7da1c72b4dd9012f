import { LRUCache } from 'lru-cache'
import { asDigest, type Digest } from '../registry/digest.ts'
import type { Manifests } from '../registry/manifests.ts'
import { asName, type Name } from '../registry/name.ts'
import { cachedManifestPath, cachedManifestsPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'

/**
 * When the manifests of a cache were pulled last, as far as it matters: an empty object for each, written anew when it is old. What has none was not brought here
 * by the cache, and is never expired by it.
 */
export interface Marks {
  /** It was fetched, or pulled. Does not wait for the storage. */
  used(name: Name, digest: Digest): void
  /** Takes away the manifests that were not pulled for `ttl`, with their tags. Their blobs are left to garbage collection. @returns how many */
  expire(): Promise<number>
}

export interface MarksOptions {
  readonly driver: StorageDriver
  readonly manifests: Manifests
  /** Whether a repository is a cache still. */
  readonly isCached: (name: Name) => boolean
  /** `proxy.ttl` in milliseconds; 0: for ever. */
  readonly ttl: number
  readonly now: () => Date
  readonly failed: (message: string, error: unknown) => void
}

/** Manifests of which this process knows when it marked them. */
const most = 50_000
/** A mark is that much older than the last pull at most. */
const share = 8

export function marks({ driver, manifests, isCached, ttl, now, failed }: MarksOptions): Marks {
  const written = new LRUCache<string, number>({ max: most })
  const isOld = (modified: number) => now().getTime() - modified > ttl

  /** A mark's repository and manifest. */
  function markedBy(key: string) {
    const [, name = '', algorithm, hex] = /^(.*)\/_(\w+)\/(\w+)$/.exec(key.slice(cachedManifestsPath.length)) ?? []
    return { name: asName(name), digest: asDigest(`${algorithm}:${hex}`) }
  }

  async function expireOne(key: string): Promise<boolean> {
    const { name, digest } = markedBy(key)
    if (!name || !digest || !isCached(name)) return false
    // Another process may have marked it since the list was read.
    const mark = await driver.stat(key)
    if (!mark || !isOld(mark.modified.getTime())) return false
    await manifests.drop(name, digest)
    await driver.delete([key])
    written.delete(key)
    return true
  }

  return {
    used(name, digest) {
      if (ttl === 0) return
      const key = cachedManifestPath(name, digest)
      const at = now().getTime()
      if (at - (written.get(key) ?? Number.NEGATIVE_INFINITY) < ttl / share) return
      written.set(key, at)
      driver.put(key, new Uint8Array()).catch(error => {
        written.delete(key)
        failed('it could not be noted that a cached manifest was pulled', error)
      })
    },

    async expire() {
      let expired = 0
      if (ttl === 0) return expired
      for await (const { objects } of driver.list(cachedManifestsPath)) {
        for (const { key, modified } of objects) {
          if (!isOld(modified.getTime())) continue
          // One that cannot be taken away, because a tag of it is immutable, holds up no other.
          await expireOne(key).then(
            gone => {
              if (gone) expired += 1
            },
            error => failed('a cached manifest that nobody pulls could not be taken away', error),
          )
        }
      }
      return expired
    },
  }
}
