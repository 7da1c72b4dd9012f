import { blobIn } from '../collection/read-key.ts'
import { asDigest, type Digest, isCanonical } from '../registry/digest.ts'
import { readLink } from '../registry/links.ts'
import { aliasesPath, aliasPath, blobDataPath, blobsPath, damagedUnder } from '../registry/paths.ts'
import { mark, marks, type Version, versionOf } from '../registry/quarantine.ts'
import { isUnavailable, type Key, type ObjectInfo, type StorageDriver } from '../storage/driver.ts'
import { type PacerOptions, pacer } from './pacer.ts'
import { readThrough } from './read-through.ts'

/** How far a pass over all blobs came, and what it has seen since the last time that this was told. */
export interface Scrubbed {
  /** The last key that was looked at. */
  readonly position: Key
  readonly blobs: number
  /** Bytes that were read. */
  readonly bytes: number
  /** Not what their digests say, in two reads: these are quarantined. */
  readonly damaged: readonly Digest[]
  readonly unreadable: readonly { readonly digest: Digest; readonly reason: string }[]
  /** Were quarantined, and are not any more: pushed again, restored, or gone. */
  readonly released: readonly Digest[]
}

export interface ScrubOptions extends PacerOptions {
  driver: StorageDriver
  /** Where an earlier process came to. */
  position?: Key | undefined
  /** Told now and then, and at the end. What comes before it need not be read again. */
  checkpoint: (scrubbed: Scrubbed) => Promise<void>
}

/** Between two checkpoints. */
const mostBlobs = 1000
const mostTime = 60_000
/** What a request costs a store, in bytes read at the same cost: a bucket of small objects is read no faster for it. */
const leastCharged = 64 * 1024
/** Younger ones wait for the next pass: by a store's whole seconds they could not be told from what is pushed in their place. Milliseconds. */
const young = 10_000
/** So many in a row are no matter of single objects. */
const mostUnreadable = 10

/**
 * Reads every blob there is, at a bounded rate, one after the other in the order of their keys; those that were pushed by their sha512 twice, by that one too.
 * What is damaged is marked, and nothing but marks is ever written or deleted: it cannot harm who pushes, nor garbage collection.
 *
 * @throws what the driver throws where the store is away; whoever goes on from the last checkpoint loses nothing
 */
export async function scrub(options: ScrubOptions): Promise<void> {
  const { driver, position = '', checkpoint, clock, signal } = options
  const pace = pacer(options)
  const known = await knownMarks(driver, signal)
  let since = nothing()
  let at = clock()
  let unreadableInARow = 0

  async function tell(reached: Key) {
    const told = { ...since, position: reached }
    since = nothing()
    at = clock()
    await checkpoint(told)
  }

  async function inspect(digest: Digest, canonical: Digest) {
    let read = 0
    const passed = (bytes: number) => {
      read += bytes
      return pace(bytes)
    }
    const verdict = await readThrough(blobDataPath(canonical), digest, { driver, passed, signal })
    await pace(Math.max(0, leastCharged - read))
    since.blobs += 1
    since.bytes += read
    if (verdict.is === 'unreadable') return cannotRead(digest, verdict.reason)
    unreadableInARow = 0
    if (verdict.is === 'gone' || (await isYoung(driver, verdict.object, signal))) return
    const version = versionOf(verdict.object)
    if (verdict.is === 'damaged') {
      await mark(driver, digest, verdict.object, { canonical, size: verdict.object.size }, { signal })
      since.damaged.push(digest)
    } else if (known.get(digest)?.has(version)) await release(digest, version)
  }

  function cannotRead(digest: Digest, reason: string) {
    since.unreadable.push({ digest, reason })
    unreadableInARow += 1
    if (unreadableInARow >= mostUnreadable) throw new Error(`${unreadableInARow} blobs in a row cannot be read: ${reason}`)
  }

  async function canonicalOf(digest: Digest): Promise<Digest | undefined> {
    if (isCanonical(digest)) return digest
    try {
      return await readLink(driver, aliasPath(digest), { signal })
    } catch (error) {
      if (signal?.aborted || isUnavailable(error)) throw error
      cannotRead(digest, error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  async function release(digest: Digest, version: Version) {
    await driver.delete([damagedUnder(digest) + version], { signal })
    known.get(digest)?.delete(version)
    since.released.push(digest)
  }

  async function walk(prefix: Key, visit: (key: Key) => Promise<void>) {
    if (position > prefix && !position.startsWith(prefix)) return
    const startAfter = position.startsWith(prefix) ? position : undefined
    for await (const { objects } of driver.list(prefix, { startAfter, signal })) {
      for (const { key } of objects) {
        signal?.throwIfAborted()
        await visit(key)
        if (since.blobs >= mostBlobs || clock() - at >= mostTime) await tell(key)
      }
    }
  }

  // In the order of their keys: what a position means follows from it.
  await walk(`${aliasesPath}sha512/`, async key => {
    const digest = asDigest(key.slice(aliasesPath.length).replace('/', ':'))
    const canonical = digest && (await canonicalOf(digest))
    if (digest && canonical) await inspect(digest, canonical)
  })
  await walk(`${blobsPath}sha256/`, async key => {
    const digest = blobIn(key)
    if (digest) await inspect(digest, digest)
  })
  for (const [digest, versions] of known) {
    const canonical = await canonicalOf(digest)
    const object = canonical && (await driver.stat(blobDataPath(canonical), { signal }))
    for (const version of [...versions]) if (!object || versionOf(object) !== version) await release(digest, version)
  }
  await tell(end)
}

/** After every key. */
const end = '~'

const nothing = () => ({
  blobs: 0,
  bytes: 0,
  damaged: [] as Digest[],
  unreadable: [] as { digest: Digest; reason: string }[],
  released: [] as Digest[],
})

async function knownMarks(driver: StorageDriver, signal: AbortSignal | undefined): Promise<Map<Digest, Set<Version>>> {
  const known = new Map<Digest, Set<Version>>()
  for await (const { digest, version } of marks(driver, { signal })) known.set(digest, (known.get(digest) ?? new Set()).add(version))
  return known
}

async function isYoung(driver: StorageDriver, { modified }: ObjectInfo, signal: AbortSignal | undefined): Promise<boolean> {
  const { earliest } = await driver.time({ signal })
  return modified.getTime() > earliest - young
}
