import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Blobs } from './blobs.ts'
import type { Digest } from './digest.ts'
import type { KnownBlobs } from './known-blobs.ts'
import type { ManifestStore } from './manifest-store.ts'
import type { Name } from './name.ts'
import { blobDataPath, layerLinkPath, layersPath } from './paths.ts'

/** What a repository has, as those ask who check a manifest against it. */
export interface Holdings {
  manifest(digest: Digest): Promise<boolean>
  /** Those of the blobs that the repository may serve, and whose data is there. */
  blobs(digests: readonly Digest[]): Promise<ReadonlySet<Digest>>
}

export interface HoldingsOf {
  driver: StorageDriver
  store: ManifestStore
  blobs: Blobs
  known: KnownBlobs
}

const breadth = 16

/** Fewer links than this are asked for one by one. */
const worthAList = 3

export function holdings({ driver, store, blobs, known }: HoldingsOf, name: Name, options?: CallOptions): Holdings {
  const isHeld = async (digest: Digest, links: ReadonlySet<string>) => {
    if (known.held(name, digest)) return true
    if (!links.has(layerLinkPath(name, digest))) return (await blobs.stat(name, digest, options)) !== undefined
    // Of a listed link only the data is in question.
    if (!known.stored(digest) && !(await driver.stat(blobDataPath(digest), options))) return false
    known.rememberHeld(name, digest)
    return true
  }

  return {
    manifest: digest => store.has(name, digest, options),

    async blobs(digests) {
      const unknown = digests.filter(digest => !known.held(name, digest))
      const links = driver.remote && unknown.length >= worthAList ? await firstLinks(driver, name, options) : new Set<string>()
      const answers = await inParallel(digests, breadth, digest => isHeld(digest, links))
      return new Set(digests.filter((_, index) => answers[index]))
    },
  }
}

/** One page of the repository's links: most have no more layers than that. What is not on it is asked for by itself. */
async function firstLinks(driver: StorageDriver, name: Name, options?: CallOptions): Promise<ReadonlySet<string>> {
  for await (const { objects } of driver.list(layersPath(name, 'sha256'), options)) return new Set(objects.map(({ key }) => key))
  return new Set()
}
