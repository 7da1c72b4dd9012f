import { nativeHasher } from '../hash/native.ts'
import { algorithmOf, type Digest, hexOf } from '../registry/digest.ts'
import { versionOf } from '../registry/quarantine.ts'
import { isUnavailable, type Key, type ObjectInfo, type StorageDriver } from '../storage/driver.ts'

export interface ReadThroughOptions {
  driver: StorageDriver
  /** Told of bytes before the next ones are read. */
  passed: (bytes: number) => Promise<void>
  signal?: AbortSignal | undefined
}

/** What reading an object to its end has shown. */
export type Verdict =
  | { readonly is: 'whole' | 'damaged'; readonly object: ObjectInfo }
  | { readonly is: 'gone' }
  /** The store is there, and this object cannot be read. */
  | { readonly is: 'unreadable'; readonly reason: string }

/** What could not be read once, or was overwritten while it was read, is read again so often. */
const tries = 3

/**
 * Reads an object, and compares its bytes with a digest. What is wrong is read a second time before it is said: the way from the store can do damage, too.
 *
 * @throws what the driver throws where the store is away
 */
export async function readThrough(key: Key, digest: Digest, options: ReadThroughOptions): Promise<Verdict> {
  let last: Verdict | undefined
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const verdict = await readOnce(key, digest, options)
    if (verdict.is === 'gone' || verdict.is === 'whole') return verdict
    if (verdict.is === 'damaged' && last?.is === 'damaged' && versionOf(verdict.object) === versionOf(last.object)) return verdict
    last = verdict
  }
  return last?.is === 'damaged' ? { is: 'unreadable', reason: 'it is overwritten all the time' } : (last ?? { is: 'gone' })
}

async function readOnce(key: Key, digest: Digest, { driver, passed, signal }: ReadThroughOptions): Promise<Verdict> {
  try {
    const object = await driver.get(key, { signal })
    if (!object) return { is: 'gone' }
    const hasher = nativeHasher(algorithmOf(digest))
    for await (const piece of object.body) {
      await hasher.update(piece)
      await passed(piece.length)
    }
    const { size, modified } = object
    return { is: (await hasher.digest()) === hexOf(digest) ? 'whole' : 'damaged', object: { size, modified } }
  } catch (error) {
    if (signal?.aborted || isUnavailable(error)) throw error
    return { is: 'unreadable', reason: error instanceof Error ? error.message : String(error) }
  }
}
