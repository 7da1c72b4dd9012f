import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Tally } from '../storage/tally.ts'
import { DamagedManifest } from './damaged-manifest.ts'
import { algorithmOf, type Digest, hexOf, isCanonical } from './digest.ts'
import { readLink, writeLink } from './links.ts'
import { type Descriptor, mediaTypeOf, ownBlobs, parseStored } from './manifest-content.ts'
import type { Name } from './name.ts'
import { blobDataPath, revisionLinkPath } from './paths.ts'
import type { Quarantine } from './quarantine.ts'

/** The largest manifest that is taken or given, in bytes: what the OCI distribution specification expects at least to work. */
export const manifestLimit = 4 * 1024 * 1024

/** Memory for manifests that were served or accepted, in bytes. They never change under their digest. */
const cacheSize = 16 * 1024 * 1024

export interface StoredManifest {
  /** As it was pushed, and as it was asked for. */
  readonly digest: Digest
  readonly mediaType: string
  readonly content: Uint8Array
  /** Its config and its ordinary layers. */
  readonly blobs: readonly Pick<Descriptor, 'digest' | 'size'>[]
}

/** The manifests of repositories by digest: their bytes, and the links that say whose they are. */
export interface ManifestStore {
  has(name: Name, digest: Digest, options?: CallOptions): Promise<boolean>
  /** Under which digest the data of such a manifest lies, or `undefined` if the repository does not have it. */
  find(name: Name, digest: Digest, options?: CallOptions): Promise<Digest | undefined>
  /**
   * @param options `linked`: a tag of the repository that was read just now names it, which says as much as the revision's link does
   * @throws DamagedManifest if what is stored does not have this digest: it is never served. Where it is known to be damaged, it counts as absent
   */
  get(name: Name, digest: Digest, options?: CallOptions & { linked?: boolean }): Promise<StoredManifest | undefined>
  /** `manifest.digest` must be that of its content. Durable when it returns. */
  put(name: Name, manifest: StoredManifest, options?: CallOptions): Promise<void>
  /** Gives the repository one that it had. Durable when it returns. */
  link(name: Name, digest: Digest, canonical: Digest, options?: CallOptions): Promise<void>
  /** Takes the repository's link away; the bytes go with garbage collection. */
  unlink(name: Name, digest: Digest, options?: CallOptions): Promise<void>
}

/** @param tally told whether a manifest was remembered */
export function manifestStore(driver: StorageDriver, quarantine: Quarantine, tally?: Tally): ManifestStore {
  const cache = new LRUCache<string, StoredManifest>({
    maxSize: cacheSize,
    sizeCalculation: ({ content, blobs }) => content.length + 512 + 200 * blobs.length,
  })
  const cacheKey = (name: Name, digest: Digest) => `${name}@${digest}`

  const find: ManifestStore['find'] = (name, digest, options) => readLink(driver, revisionLinkPath(name, digest), options)

  async function readWhole(digest: Digest, canonical: Digest, options: CallOptions): Promise<Uint8Array | undefined> {
    // Twice before it is believed: the way from the store may err, too.
    for (let readings = 0; readings < 2; readings += 1) {
      const content = await driver.read(blobDataPath(canonical), { ...options, limit: manifestLimit })
      if (!content || digestOf(content, digest) === digest) return content
    }
    if (quarantine.suspects(digest, canonical)) return undefined
    throw new DamagedManifest(blobDataPath(canonical), digest)
  }

  return {
    find,
    has: async (name, digest, options) => (await find(name, digest, options)) !== undefined,

    async get(name, digest, { linked = false, ...options } = {}) {
      const cached = cache.get(cacheKey(name, digest))
      cached ? tally?.hit() : tally?.miss()
      if (cached && linked) return cached
      // Where the data of another digest lies, only its link says.
      const canonical = linked && isCanonical(digest) ? digest : await readLink(driver, revisionLinkPath(name, digest), options)
      if (!canonical) return undefined
      if (cached) return cached
      const content = await readWhole(digest, canonical, options)
      if (!content) return undefined
      const mediaType = mediaTypeOf(content)
      const manifest = { digest, mediaType, content, blobs: ownBlobs(parseStored(content, mediaType)) }
      cache.set(cacheKey(name, digest), manifest)
      return manifest
    },

    async put(name, manifest, options) {
      const canonical = isCanonical(manifest.digest) ? manifest.digest : canonicalDigest(manifest.content)
      await driver.put(blobDataPath(canonical), manifest.content, options)
      await writeLink(driver, revisionLinkPath(name, manifest.digest), canonical, options)
      cache.set(cacheKey(name, manifest.digest), manifest)
    },

    link: (name, digest, canonical, options) => writeLink(driver, revisionLinkPath(name, digest), canonical, options),

    async unlink(name, digest, options) {
      cache.delete(cacheKey(name, digest))
      await driver.delete([revisionLinkPath(name, digest)], options)
      // Once more: somebody may have read it in between.
      cache.delete(cacheKey(name, digest))
    },
  }
}

export const canonicalDigest = (content: Uint8Array): Digest => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** The digest of these bytes, of the same algorithm as `like`. */
export function digestOf(content: Uint8Array, like: Digest): Digest {
  const algorithm = algorithmOf(like)
  const hex = createHash(algorithm).update(content).digest('hex')
  return hex === hexOf(like) ? like : `${algorithm}:${hex}`
}
