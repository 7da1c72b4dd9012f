import { LRUCache } from 'lru-cache'
import { digestSet } from '../collection/digest-set.ts'
import { type Digest, isCanonical } from '../registry/digest.ts'
import { blobDataPath } from '../registry/paths.ts'
import { marks, versionOf } from '../registry/quarantine.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { readThrough } from './read-through.ts'

/** What is wrong with a blob's data, or its size in bytes. */
export type BlobState =
  | { readonly size: number; readonly fault?: undefined }
  | { readonly fault: 'missing' | 'damaged' | 'unreadable'; readonly detail?: string | undefined }

export interface BlobInspector {
  /** @param asked as a manifest names it */
  (asked: Digest, canonical: Digest): Promise<BlobState>
  /** How many were looked at, and how many bytes were read. */
  readonly seen: { blobs: number; bytes: number }
}

/** Of so many blobs it is remembered what was found: images share them. */
const most = 100_000

/** @param deep every blob is read to its end, once */
export async function blobInspector(driver: StorageDriver, deep: boolean, signal?: AbortSignal): Promise<BlobInspector> {
  const states = new LRUCache<Digest, Promise<BlobState>>({ maxSize: most, sizeCalculation: () => 1 })
  const whole = digestSet()
  const seen = { blobs: 0, bytes: 0 }
  const marked = new Map<Digest, Set<string>>()
  for await (const { digest, version } of marks(driver, { signal })) marked.set(digest, (marked.get(digest) ?? new Set()).add(version))

  async function look(asked: Digest, canonical: Digest): Promise<BlobState> {
    seen.blobs += 1
    const key = blobDataPath(canonical)
    const object = await driver.stat(key, { signal })
    if (!object) return { fault: 'missing' }
    const version = versionOf(object)
    if ([asked, canonical].some(name => marked.get(name)?.has(version))) return { fault: 'damaged', detail: 'it is quarantined' }
    if (!deep || (isCanonical(asked) && whole.has(canonical))) return { size: object.size }
    const passed = async (bytes: number) => {
      seen.bytes += bytes
    }
    const verdict = await readThrough(key, asked, { driver, passed, signal })
    if (verdict.is === 'gone') return { fault: 'missing' }
    if (verdict.is === 'unreadable') return { fault: 'unreadable', detail: verdict.reason }
    if (verdict.is === 'damaged') return { fault: 'damaged', detail: `its ${verdict.object.size} bytes have another digest` }
    if (isCanonical(asked)) whole.add(canonical)
    return { size: verdict.object.size }
  }

  const inspect = (asked: Digest, canonical: Digest) => {
    const known = states.get(asked)
    if (known) return known
    const state = look(asked, canonical)
    states.set(asked, state)
    return state
  }
  return Object.assign(inspect, { seen })
}
