import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { asDigest, type Digest, hexOf } from './digest.ts'
import type { Name, Tag } from './name.ts'
import { removedFromPath, removedPath } from './paths.ts'

/*
 * Whoever takes a tag away, or a manifest, and wants that to be undone later, says so before he does it. What the key says is all that garbage
 * collection has to know: one list tells it everything that is to stay (docs/garbage-collection.md).
 */

/** What a record's key says. */
export interface RemovedKey {
  readonly key: Key
  readonly name: Name
  /** Absent: a manifest that had none. */
  readonly tag: Tag | undefined
  /** Under which the manifest's data lies. */
  readonly canonical: Digest
  /** From then on its bytes may go. Milliseconds since 1970, by the store's clock. */
  readonly until: number
  /** It went with its whole repository. */
  readonly whole: boolean
}

/** What was removed, and can be restored. */
export interface Removed extends RemovedKey {
  /** As the tag named it. */
  readonly digest: Digest
  /** Milliseconds since 1970. */
  readonly removed: number
  /** Why: the rule of retention, or `byClient`. */
  readonly reason: string
  /** Whoever deleted it, where a client did and had to say who he is. */
  readonly by: string | undefined
}

/** The reason of what no rule has removed. */
export const byClient = 'deleted by a client'

export interface RemovedTags {
  /** Durable when it returns. @param random never the same twice: who takes his record back leaves those of others @returns the record's key */
  record(removed: Omit<Removed, 'key'>, random: string, options?: CallOptions): Promise<Key>
  /** All of them, or those of one repository: by one list. */
  keys(name?: Name, options?: CallOptions): AsyncIterable<RemovedKey>
  /** The same with what their records say, the oldest first; without those that are gone. */
  read(keys: readonly RemovedKey[], options?: CallOptions): Promise<Removed[]>
  forget(keys: readonly Key[], options?: CallOptions): Promise<void>
}

const breadth = 16
const format = 1
const untagged = '-'
/** So that a list tells of deleted repositories. An earlier release reads over it. */
const withAll = 'repository-'

export function removedTags(driver: StorageDriver): RemovedTags {
  async function readOne(found: RemovedKey, options?: CallOptions): Promise<Removed | undefined> {
    const content = await driver.read(found.key, { ...options, limit: 4096 })
    if (!content) return undefined
    const { digest, removed, reason, by } = JSON.parse(Buffer.from(content).toString()) as Partial<Removed>
    const known = asDigest(String(digest)) ?? found.canonical
    return { ...found, digest: known, removed: Number(removed ?? 0), reason: String(reason ?? ''), by: by === undefined ? by : String(by) }
  }

  return {
    async record({ name, tag, canonical, until, whole, digest, removed, reason, by }, random, options) {
      const once = `${String(until).padStart(15, '0')}-${whole ? withAll : ''}${random}`
      const key = `${removedFromPath(name)}${tag ?? untagged}/${once}/${hexOf(canonical)}`
      await driver.put(key, Buffer.from(JSON.stringify({ format, digest, removed, reason, by })), options)
      return key
    },

    async *keys(name, options) {
      for await (const { objects } of driver.list(name === undefined ? removedPath : removedFromPath(name), options)) {
        for (const { key } of objects) {
          const found = keyOfRemoved(key)
          if (found) yield found
        }
      }
    },

    async read(keys, options) {
      const found = await inParallel(keys, breadth, key => readOne(key, options))
      return found.filter(each => each !== undefined).sort((a, b) => a.removed - b.removed)
    },

    async forget(keys, options) {
      if (keys.length > 0) await driver.delete(keys, options)
    },
  }
}

/** Takes away the records whose time was over before that. @param before milliseconds since 1970 */
export async function forgetExpired(driver: StorageDriver, before: number, options?: CallOptions): Promise<void> {
  const records = removedTags(driver)
  let expired: Key[] = []
  for await (const { key, until } of records.keys(undefined, options)) {
    if (until < before) expired.push(key)
    if (expired.length < 1000) continue
    await records.forget(expired, options)
    expired = []
  }
  await records.forget(expired, options)
}

export function keyOfRemoved(key: Key): RemovedKey | undefined {
  const end = key.indexOf('/_/', removedPath.length)
  if (end < 0) return undefined
  const [tag, until, hex] = key.slice(end + 3).split('/')
  const canonical = asDigest(`sha256:${hex}`)
  if (tag === undefined || !canonical || !/^\d{15}-/.test(until ?? '')) return undefined
  const name = key.slice(removedPath.length, end) as Name
  const whole = until?.startsWith(withAll, 16) === true
  return { key, name, tag: tag === untagged ? undefined : (tag as Tag), canonical, until: Number(until?.slice(0, 15)), whole }
}
