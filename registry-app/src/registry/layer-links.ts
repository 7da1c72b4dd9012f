import { LRUCache } from 'lru-cache'
import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Tally } from '../storage/tally.ts'
import type { DeletedLinks } from './deleted-links.ts'
import { asDigest, type Digest } from './digest.ts'
import type { KnownBlobs } from './known-blobs.ts'
import { readLink, writeLink } from './links.ts'
import type { Name } from './name.ts'
import { layerLinkPath, layersPath } from './paths.ts'

/** Which blobs each repository may serve: its `_layers` links say so, and nothing else does. */
export interface LayerLinks {
  /**
   * Under which digest the data lies, or `undefined` if the repository may not serve it. Believed for a while once it was seen, if a manifest led to it;
   * else read each time, since another process may have deleted it.
   */
  find(name: Name, digest: Digest, options?: CallOptions): Promise<Digest | undefined>
  /** The same of many, of which those that are missing are left out; nothing is believed that another process had deleted before. */
  findAll(name: Name, digests: readonly Digest[], options?: CallOptions): Promise<ReadonlyMap<Digest, Digest>>
  /** The same of one, as it is now. */
  read(name: Name, digest: Digest, options?: CallOptions): Promise<Digest | undefined>
  /** Durable when it returns. */
  add(name: Name, digest: Digest, canonical: Digest, options?: CallOptions): Promise<void>
  /** Others know of it when `tellRemoved` has returned. @returns whether there was one */
  remove(name: Name, digest: Digest, options?: CallOptions): Promise<boolean>
  tellRemoved(name: Name, options?: CallOptions): Promise<void>

  /**
   * Whoever was served this manifest, or pushed it, asks for its blobs next: the first who does has all their links looked up at once.
   * It gives no access to them: a manifest can name anything.
   */
  expect(name: Name, manifest: { digest: Digest; blobs: readonly ExpectedBlob[] }): void
  /** What a manifest that was served or pushed says of the blob's size, in bytes. */
  expectedSize(name: Name, digest: Digest): number | undefined
}

export interface ExpectedBlob {
  readonly digest: Digest
  readonly size: number
}

interface Expectation {
  readonly blobs: readonly ExpectedBlob[]
  readonly until: number
  /** Their links are looked up, once. */
  looked?: Promise<void> | undefined
}

const breadth = 16

/** Fewer links than this are read one by one. */
const worthAList = 3

/** How many blobs are expected. */
const most = 50_000

/** A link holds a sha256 digest; one that somebody edited by hand may end with a newline. Another size is damage, of which reading it tells. */
const linkSizes: ReadonlySet<number> = new Set([71, 72])

export interface LayerLinksOptions {
  driver: StorageDriver
  known: KnownBlobs
  deleted: DeletedLinks
  /** Milliseconds. */
  believedFor: number
  now: () => Date
  /** Told whether a link was known that may be believed. */
  tally?: Tally | undefined
}

export function layerLinks({ driver, known, deleted, believedFor, now, tally }: LayerLinksOptions): LayerLinks {
  const expected = new LRUCache<string, Expectation>({ maxSize: most, sizeCalculation: () => 1 })
  const keyOf = (name: Name, digest: Digest) => `${name} ${digest}`

  async function read(name: Name, digest: Digest, options?: CallOptions): Promise<Digest | undefined> {
    const seen = known.moment()
    const canonical = await readLink(driver, layerLinkPath(name, digest), options)
    if (canonical) known.rememberLinked(name, digest, canonical, seen)
    return canonical
  }

  /** Those of the blobs whose links are on the first page of the repository's: most have no more layers than that. */
  async function readPage(name: Name, digests: readonly Digest[], options?: CallOptions): Promise<ReadonlySet<Digest>> {
    const seen = known.moment()
    const prefix = layersPath(name, 'sha256')
    const wanted = new Set(digests)
    const found = new Set<Digest>()
    for await (const { objects } of driver.list(prefix, options)) {
      for (const { key, size } of objects) {
        const digest = linkSizes.has(size) && asDigest(`sha256:${key.slice(prefix.length).replace(/\/link$/, '')}`)
        if (digest && wanted.has(digest)) found.add(digest)
      }
      break
    }
    for (const digest of found) known.rememberLinked(name, digest, digest, seen)
    return found
  }

  const unknown = (name: Name, digests: readonly Digest[]) => digests.filter(digest => known.linked(name, digest) === undefined)
  const paysToList = (digests: readonly Digest[]) => driver.remote === true && digests.length >= worthAList

  const isExpected = (name: Name, digest: Digest) => (expected.get(keyOf(name, digest))?.until ?? 0) > now().getTime()

  /** By the first who asks for any of them; the others wait for it, so that it ends with nobody's request. */
  function lookUpExpected(name: Name, digest: Digest): Promise<void> | undefined {
    const expectation = expected.get(keyOf(name, digest))
    if (!expectation || expectation.looked) return expectation?.looked
    const digests = expectation.blobs.map(blob => blob.digest)
    const missing = unknown(name, digests)
    if (!paysToList(missing)) return undefined
    expectation.looked = readPage(name, missing).then(
      () => undefined,
      failure => {
        expectation.looked = undefined
        throw failure
      },
    )
    return expectation.looked
  }

  return {
    read,

    async find(name, digest, options) {
      if (!isExpected(name, digest)) return read(name, digest, options)
      if (known.linked(name, digest) === undefined) {
        tally?.miss()
        await lookUpExpected(name, digest)
      } else tally?.hit()
      return known.linked(name, digest) ?? read(name, digest, options)
    },

    async findAll(name, digests, options) {
      if (unknown(name, digests).length < digests.length) await deleted.heed(name, () => known.forgetAllLinked(name), options)
      const missing = unknown(name, digests)
      if (tally) {
        const unseen = new Set(missing)
        for (const digest of digests) unseen.has(digest) ? tally.miss() : tally.hit()
      }
      const page = paysToList(missing) ? await readPage(name, missing, options) : new Set<Digest>()
      const canonical = async (digest: Digest) =>
        page.has(digest) ? digest : (known.linked(name, digest) ?? (await read(name, digest, options)))
      const found = await inParallel(digests, breadth, async digest => [digest, await canonical(digest)] as const)
      return new Map(found.flatMap(([digest, where]) => (where ? [[digest, where]] : [])))
    },

    async add(name, digest, canonical, options) {
      const seen = known.moment()
      await writeLink(driver, layerLinkPath(name, digest), canonical, options)
      known.rememberLinked(name, digest, canonical, seen)
    },

    async remove(name, digest, options) {
      known.forgetLinked(name, digest)
      if (!(await readLink(driver, layerLinkPath(name, digest), options))) return false
      await driver.delete([layerLinkPath(name, digest)], options)
      // Once more: somebody may have looked in between.
      known.forgetLinked(name, digest)
      return true
    },

    tellRemoved: (name, options) => deleted.tell(name, options),

    expect(name, { digest, blobs }) {
      const time = now().getTime()
      // A manifest that is pulled a thousand times a second need not say so each time.
      if (believedFor === 0 || (expected.get(keyOf(name, digest))?.until ?? 0) > time + believedFor / 2) return
      const expectation = { blobs, until: time + believedFor }
      for (const each of [digest, ...blobs.map(blob => blob.digest)]) expected.set(keyOf(name, each), expectation)
    },

    expectedSize: (name, digest) => expected.get(keyOf(name, digest))?.blobs.find(blob => blob.digest === digest)?.size,
  }
}
