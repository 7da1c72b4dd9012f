import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { deleteBelow } from './delete-below.ts'
import { asDigest, type Digest } from './digest.ts'
import type { ImmutableTags } from './immutable-tags.ts'
import type { LayerLinks } from './layer-links.ts'
import type { ManifestStore } from './manifest-store.ts'
import type { Name, Tag } from './name.ts'
import { layersPath, manifestsPath, repositoryReferrersPath, revisionsPath, tagsPath } from './paths.ts'
import type { Tags } from './tags.ts'

/** Repositories as wholes. */
export interface Repositories {
  /** Whether there is anything of it: a tag, a manifest, or only the link of a blob. */
  has(name: Name, options?: CallOptions): Promise<boolean>
  /**
   * Takes away a repository with all its tags, manifests and links of blobs. What it has in common with others stays theirs; the bytes that nobody refers to any
   * more go with garbage collection. Uploads that are under way stay, and those below its name (`a/b`, when `a` goes).
   *
   * Whoever stops it in between leaves a repository with less in it, and can call again.
   *
   * @returns what went, or `undefined` if there was no such repository
   * @throws RegistryError DENIED if one of its tags is to stay; then all of it stays
   */
  delete(name: Name, options?: CallOptions): Promise<{ tags: readonly Tag[]; manifests: readonly Digest[] } | undefined>
}

export interface RepositoriesOptions {
  driver: StorageDriver
  tags: Tags
  store: ManifestStore
  links: LayerLinks
  immutable: ImmutableTags
}

const breadth = 16

export function repositories({ driver, tags, store, links, immutable }: RepositoriesOptions): Repositories {
  /** What the keys `<alg>/<hex>/link` below name. */
  async function digestsBelow(prefix: Key, options?: CallOptions): Promise<Digest[]> {
    const digests: Digest[] = []
    for await (const { objects } of driver.list(prefix, options)) {
      digests.push(
        ...objects.flatMap(
          ({ key }) =>
            asDigest(
              key
                .slice(prefix.length)
                .replace('/', ':')
                .replace(/\/link$/, ''),
            ) ?? [],
        ),
      )
    }
    return digests
  }

  return {
    async has(name, options) {
      for (const prefix of [manifestsPath(name), layersPath(name)]) {
        for await (const { objects } of driver.list(prefix, options)) {
          if (objects.length > 0) return true
          break
        }
      }
      return false
    },

    async delete(name, options) {
      const tagged = (await Array.fromAsync(tags.list(name, '', options))) as Tag[]
      immutable.refuseDeletion(name, tagged)
      const manifests = await digestsBelow(revisionsPath(name), options)
      const layers = await digestsBelow(layersPath(name), options)
      if (tagged.length + manifests.length + layers.length === 0) return undefined
      // Whoever finds a tag finds the manifest behind it, and its layers: so in this order.
      await deleteBelow(driver, tagsPath(name), options)
      await deleteBelow(driver, repositoryReferrersPath(name), options)
      await inParallel(manifests, breadth, digest => store.unlink(name, digest, options))
      await inParallel(layers, breadth, digest => links.remove(name, digest, options))
      return { tags: tagged, manifests }
    },
  }
}
