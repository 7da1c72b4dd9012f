import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import type { Reliances } from './condemned/reliance.ts'
import { manifestThing } from './condemned/things.ts'
import { deleteBelow } from './delete-below.ts'
import type { Deleting, DeletionRecords, Doomed } from './deletion-records.ts'
import { asDigest, type Digest, isCanonical } from './digest.ts'
import type { ImmutableTags } from './immutable-tags.ts'
import type { LayerLinks } from './layer-links.ts'
import type { ManifestStore } from './manifest-store.ts'
import type { Name, Tag } from './name.ts'
import { layersPath, manifestsPath, repositoryReferrersPath, revisionsPath, tagsPath } from './paths.ts'
import type { Tags } from './tags.ts'

/** A repository of another registry, of which one here is a cache. */
export interface Origin {
  /** Host and port. */
  readonly registry: string
  /** The repository's name there. */
  readonly path: string
  /** How long it stays after its last pull, in milliseconds; 0: for ever. */
  readonly keptFor: number
}

/** Repositories as wholes. */
export interface Repositories {
  /** Where it is filled from, if it is a cache: then clients neither push to it nor delete there, whatever their rights. */
  comesFrom(name: Name): Origin | undefined
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
  delete(name: Name, options?: CallOptions & Deleting): Promise<{ tags: readonly Tag[]; manifests: readonly Digest[] } | undefined>
}

export interface RepositoriesOptions {
  driver: StorageDriver
  tags: Tags
  store: ManifestStore
  links: LayerLinks
  immutable: ImmutableTags
  reliances: Reliances
  /** Absent: what is deleted cannot be restored. */
  deletions?: DeletionRecords | undefined
}

const breadth = 16

export function repositories({ driver, tags, store, links, immutable, reliances, deletions }: RepositoriesOptions): Repositories {
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

  /** As for a manifest that is deleted by itself (`manifests.ts`): what can be restored has to stay, also where garbage collection is about to take it. */
  async function record(name: Name, tagged: readonly Tag[], manifests: readonly Digest[], options?: CallOptions & Deleting) {
    const named = await inParallel(tagged, breadth, tag => tags.get(name, tag, options))
    const reliance = reliances.begin(options)
    const doomed = await inParallel(manifests, breadth, async (digest): Promise<readonly Doomed[]> => {
      const canonical = await store.find(name, digest, options)
      if (!canonical) return []
      await reliance.claim([manifestThing(name, digest, canonical)])
      return [{ tags: tagged.filter((_, index) => named[index] === digest), digest }]
    })
    await deletions?.before(name, doomed.flat(), { ...options, whole: true })
  }

  /** @returns what links these again */
  async function remembered(name: Name, manifests: readonly Digest[], layers: readonly Digest[], options?: CallOptions) {
    type Read = (name: Name, digest: Digest, options?: CallOptions) => Promise<Digest | undefined>
    const canonical = async (digest: Digest, read: Read) =>
      [digest, isCanonical(digest) ? digest : await read(name, digest, options)] as const
    const revisions = await inParallel(manifests, breadth, digest => canonical(digest, store.find))
    const blobs = await inParallel(layers, breadth, digest => canonical(digest, links.read))
    return async () => {
      await inParallel(blobs, breadth, async ([digest, where]) => where && links.add(name, digest, where, options))
      await inParallel(revisions, breadth, async ([digest, where]) => where && store.link(name, digest, where, options))
    }
  }

  return {
    comesFrom: () => undefined,

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
      if (deletions) await record(name, tagged, manifests, options)
      const giveBack = await remembered(name, manifests, layers, options)
      // Whoever finds a tag finds the manifest behind it, and its layers: so in this order.
      await deleteBelow(driver, tagsPath(name), options)
      await deleteBelow(driver, repositoryReferrersPath(name), options)
      await inParallel(manifests, breadth, digest => store.unlink(name, digest, options))
      // What is restored needs them; garbage collection takes them with what they lead to.
      if (!deletions) {
        await inParallel(layers, breadth, digest => links.remove(name, digest, options))
        await links.tellRemoved(name, options)
      }
      // What was pushed meanwhile was accepted because of what is gone by now.
      for await (const _ of tags.list(name, '', options)) {
        await giveBack()
        return { tags: tagged, manifests: [] }
      }
      return { tags: tagged, manifests }
    },
  }
}
