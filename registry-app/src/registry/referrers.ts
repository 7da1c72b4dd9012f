import { LRUCache } from 'lru-cache'
import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { asDigest, type Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import { fallbackTag } from './fallback-tag.ts'
import { type ManifestContent, parseStored } from './manifest-content.ts'
import type { ManifestStore, StoredManifest } from './manifest-store.ts'
import type { Name } from './name.ts'
import { referrerPath, referrersPath } from './paths.ts'
import { presentManifests } from './present-manifests.ts'
import type { Tags } from './tags.ts'

/** One entry of the referrers' answer (OCI distribution specification, "Listing Referrers"). */
export interface Referrer {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly artifactType?: string | undefined
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

export interface Referrers {
  /** One object for each: of two attachments at the same moment both survive. */
  add(name: Name, manifest: StoredManifest, content: ManifestContent, options?: CallOptions): Promise<void>
  remove(name: Name, manifest: StoredManifest, options?: CallOptions): Promise<void>
  /**
   * Those that refer to the subject and come after `last`, the ones that older clients listed under the fallback tag among them, in order of their digests. They
   * are read as they are asked for: the annotations of each can be as large as a manifest.
   */
  list(name: Name, subject: Digest, last: string, options?: CallOptions): AsyncIterable<Referrer>
}

/** So many are read at once, as long as they are not larger than this together. Bytes. */
const breadth = 16
const together = 4 * 1024 * 1024

/** A manifest that may refer to the subject. */
interface Candidate {
  readonly digest: Digest
  /** Of what has to be read, in bytes, as far as that is known. */
  readonly size: number
  read(options?: CallOptions): Promise<Referrer | undefined>
}

export function referrers(driver: StorageDriver, manifests: ManifestStore, tags: Tags): Referrers {
  /** An entry never changes under its key. The annotations of one can be as large as a manifest. */
  const cache = new LRUCache<Key, Referrer>({ maxSize: 4 * 1024 * 1024, sizeCalculation: entry => JSON.stringify(entry).length + 256 })
  const limit = 4 * 1024 * 1024

  async function readEntry(key: Key, options?: CallOptions): Promise<Referrer | undefined> {
    const cached = cache.get(key)
    if (cached) return cached
    const content = await driver.read(key, { ...options, limit })
    if (!content) return undefined
    const entry = JSON.parse(Buffer.from(content).toString()) as Referrer
    cache.set(key, entry)
    return entry
  }

  /** Distribution knows nothing of our entries: of a manifest that it deleted, only the link is gone. */
  async function own(name: Name, subject: Digest, last: string, options?: CallOptions): Promise<Candidate[]> {
    const prefix = referrersPath(name, subject)
    const sizes = new Map<Digest, number>()
    for await (const { objects } of driver.list(prefix, options)) {
      for (const { key, size } of objects) {
        const digest = asDigest(key.slice(prefix.length).replace('/', ':'))
        if (digest && digest > last) sizes.set(digest, size)
      }
    }
    const present = await presentManifests(driver, manifests, name, [...sizes.keys()], options)
    return present.map(digest => ({
      digest,
      size: sizes.get(digest) ?? 0,
      read: call => readEntry(referrerPath(name, subject, digest), call),
    }))
  }

  /** @returns `undefined` also for what lies there and is no manifest that we would accept: it has no subject that we know of */
  async function read(name: Name, digest: Digest, options?: CallOptions) {
    const manifest = await manifests.get(name, digest, options).catch(unlessRefused)
    const content = manifest && parseStored(manifest.content, manifest.mediaType)
    return content && { manifest, content }
  }

  /**
   * What clients kept under the fallback tag before there was this API: the specification's "Enabling the Referrers API" demands that
   * manifests which are listed there, and do have this subject, are in the answer.
   */
  async function fallback(name: Name, subject: Digest, last: string, options?: CallOptions): Promise<Candidate[]> {
    const tagged = await tags.get(name, fallbackTag(subject), options)
    const index = tagged && (await read(name, tagged, options))
    const entries = index?.content.manifests.filter(({ digest }) => digest > last) ?? []
    return entries.map(({ digest, size }) => ({
      digest,
      size,
      async read(call) {
        const referrer = await read(name, digest, call)
        return referrer?.content.subject?.digest === subject ? describe(referrer.manifest, referrer.content) : undefined
      },
    }))
  }

  return {
    async add(name, manifest, content, options) {
      if (!content.subject) return
      const entry = describe(manifest, content)
      await driver.put(referrerPath(name, content.subject.digest, manifest.digest), Buffer.from(JSON.stringify(entry)), options)
    },

    async remove(name, manifest, options) {
      const subject = parseStored(manifest.content, manifest.mediaType)?.subject?.digest
      if (subject) await driver.delete([referrerPath(name, subject, manifest.digest)], options)
    },

    async *list(name, subject, last, options) {
      const [listed, older] = await Promise.all([own(name, subject, last, options), fallback(name, subject, last, options)])
      const candidates = new Map([...older, ...listed].map(each => [each.digest, each]))
      const inOrder = [...candidates.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1))
      for (const some of batches(inOrder)) yield* defined(await inParallel(some, breadth, each => each.read(options)))
    },
  }
}

/** As many as are read at once. */
function* batches(candidates: readonly Candidate[]): Generator<readonly Candidate[]> {
  let begin = 0
  let size = 0
  for (const [at, candidate] of candidates.entries()) {
    if (at > begin && (at - begin === breadth || size + candidate.size > together)) {
      yield candidates.slice(begin, at)
      begin = at
      size = 0
    }
    size += candidate.size
  }
  yield candidates.slice(begin)
}

function describe({ digest, content: bytes, mediaType }: StoredManifest, content: ManifestContent): Referrer {
  // An image manifest without a type of its own goes by that of its config; an index has then none.
  const artifactType = content.artifactType ?? content.config?.mediaType
  return { mediaType, digest, size: bytes.length, artifactType, annotations: content.annotations }
}

/** An old bucket may hold what is no manifest at all. */
function unlessRefused(error: unknown): undefined {
  if (!(error instanceof RegistryError)) throw error
}

const defined = <Value>(values: readonly (Value | undefined)[]) => values.filter(value => value !== undefined)
