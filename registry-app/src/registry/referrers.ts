import { LRUCache } from 'lru-cache'
import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { algorithmOf, asDigest, type Digest, hexOf } from './digest.ts'
import { RegistryError } from './errors.ts'
import { type ManifestContent, parseStored } from './manifest-content.ts'
import type { ManifestStore, StoredManifest } from './manifest-store.ts'
import type { Name, Tag } from './name.ts'
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
  /** All that refer to the subject, those that older clients listed under the fallback tag among them, in order of their digests. */
  list(name: Name, subject: Digest, options?: CallOptions): Promise<Referrer[]>
}

const breadth = 16

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
  async function own(name: Name, subject: Digest, options?: CallOptions): Promise<Referrer[]> {
    const prefix = referrersPath(name, subject)
    const keys: Key[] = []
    for await (const page of driver.list(prefix, options)) keys.push(...page.objects.map(({ key }) => key))
    const digests = defined(keys.map(key => asDigest(key.slice(prefix.length).replace('/', ':'))))
    const present = await presentManifests(driver, manifests, name, digests, options)
    return defined(await inParallel(present, breadth, digest => readEntry(referrerPath(name, subject, digest), options)))
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
  async function fallback(name: Name, subject: Digest, options?: CallOptions): Promise<Referrer[]> {
    const digest = await tags.get(name, fallbackTag(subject), options)
    const index = digest && (await read(name, digest, options))
    if (!index) return []
    return defined(
      await inParallel(index.content.manifests, breadth, async entry => {
        const referrer = await read(name, entry.digest, options)
        return referrer?.content.subject?.digest === subject ? describe(referrer.manifest, referrer.content) : undefined
      }),
    )
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

    async list(name, subject, options) {
      const [listed, older] = await Promise.all([own(name, subject, options), fallback(name, subject, options)])
      const entries = new Map([...older, ...listed].map(entry => [entry.digest, entry]))
      return [...entries.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1))
    },
  }
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

/** OCI distribution specification, "Referrers Tag Schema". */
export function fallbackTag(subject: Digest): Tag {
  return `${algorithmOf(subject)}-${hexOf(subject).slice(0, 64)}` as Tag
}

const defined = <Value>(values: readonly (Value | undefined)[]) => values.filter(value => value !== undefined)
