import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions } from '../storage/driver.ts'
import type { Blobs } from './blobs.ts'
import type { Digest } from './digest.ts'
import type { LayerLinks } from './layer-links.ts'
import type { ManifestStore } from './manifest-store.ts'
import type { Name } from './name.ts'

/** What a repository has, as those ask who check a manifest against it. */
export interface Holdings {
  manifest(digest: Digest): Promise<boolean>
  /** Those of the blobs that the repository may serve, and whose data is there. */
  blobs(digests: readonly Digest[]): Promise<ReadonlySet<Digest>>
}

export interface HoldingsOf {
  store: ManifestStore
  links: LayerLinks
  blobs: Blobs
}

const breadth = 16

export function holdings({ store, links, blobs }: HoldingsOf, name: Name, options?: CallOptions): Holdings {
  return {
    manifest: digest => store.has(name, digest, options),

    async blobs(digests) {
      const linked = [...(await links.findAll(name, digests, options))]
      const held = await inParallel(linked, breadth, async ([digest, canonical]) =>
        (await blobs.isStored(canonical, options)) ? [digest] : [],
      )
      return new Set(held.flat())
    },
  }
}
