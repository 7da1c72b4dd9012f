import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions } from '../storage/driver.ts'
import type { Blobs } from './blobs.ts'
import type { Reliance, Thing } from './condemned/reliance.ts'
import { layerThing, manifestThing } from './condemned/things.ts'
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
  /** Of the request on whose behalf it is looked. */
  reliance: Reliance
}

const breadth = 16

export function holdings({ store, links, blobs, reliance }: HoldingsOf, name: Name, options?: CallOptions): Holdings {
  return {
    async manifest(digest) {
      const canonical = await store.find(name, digest, options)
      if (!canonical) return false
      const thing = manifestThing(name, digest, canonical)
      const condemned = await reliance.claim([thing])
      return condemned.size === 0 || reliance.isThere(thing)
    },

    async blobs(digests) {
      const linked = [...(await links.findAll(name, digests, options))]
      const things = linked.map(([digest, canonical]) => layerThing(name, digest, canonical))
      const condemned = await reliance.claim(things)
      // What was remembered of the condemned ones, or read before they were rescued, says nothing any more.
      const isRescued = async (thing: Thing) => !condemned.has(thing.digest) || reliance.isThere(thing)
      const there = await inParallel(linked, breadth, async ([digest, canonical]) => {
        const thing = layerThing(name, digest, canonical)
        return (await isRescued(thing)) && blobs.isStored(digest, canonical, options)
      })
      return new Set(linked.flatMap(([digest], index) => (there[index] ? [digest] : [])))
    },
  }
}
