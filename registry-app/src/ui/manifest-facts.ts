import { LRUCache } from 'lru-cache'
import type { Digest } from '../registry/digest.ts'
import { isCanonical } from '../registry/digest.ts'
import { RegistryError } from '../registry/errors.ts'
import { readLink } from '../registry/links.ts'
import { mediaTypeOf, parseStored } from '../registry/manifest-content.ts'
import { manifestLimit } from '../registry/manifest-store.ts'
import type { Name } from '../registry/name.ts'
import { blobDataPath, revisionLinkPath } from '../registry/paths.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'

/** Of a manifest, what says how much it takes. It never changes. */
export interface ManifestFacts {
  /** Its own bytes. */
  readonly size: number
  /** Config and layers. */
  readonly blobs: readonly { readonly digest: Digest; readonly size: number }[]
  /** The entries of an index. */
  readonly manifests: readonly Digest[]
  readonly subject: Digest | undefined
}

export interface KnownFacts {
  /** Without a request; `undefined` where it has to be read. */
  known(digest: Digest): ManifestFacts | undefined
  /** One request; of a sha512 two. @returns `undefined` where it is not there */
  read(name: Name, digest: Digest, options?: CallOptions): Promise<ManifestFacts | undefined>
}

/** Descriptors that are remembered, some 200 bytes each. */
const most = 200_000

const nothing = { blobs: [], manifests: [], subject: undefined }

export function manifestFacts(driver: StorageDriver): KnownFacts {
  const cache = new LRUCache<Digest, ManifestFacts>({
    maxSize: most,
    sizeCalculation: ({ blobs, manifests }) => 2 + blobs.length + manifests.length,
  })
  return {
    known: digest => cache.get(digest),
    async read(name, digest, options) {
      const canonical = isCanonical(digest) ? digest : await readLink(driver, revisionLinkPath(name, digest), options)
      const content = canonical && (await driver.read(blobDataPath(canonical), { ...options, limit: manifestLimit }))
      if (!content) return undefined
      const facts = { size: content.length, ...namedIn(content) }
      cache.set(digest, facts)
      return facts
    },
  }
}

/** An old bucket may hold what is no manifest that we know. */
function namedIn(content: Uint8Array): Omit<ManifestFacts, 'size'> {
  try {
    const manifest = parseStored(content, mediaTypeOf(content))
    if (!manifest) return nothing
    const blobs = [manifest.config, ...manifest.layers].filter(blob => blob !== undefined)
    return {
      blobs: blobs.map(({ digest, size }) => ({ digest, size })),
      manifests: manifest.manifests.map(({ digest }) => digest),
      subject: manifest.subject?.digest,
    }
  } catch (error) {
    if (error instanceof RegistryError) return nothing
    throw error
  }
}
