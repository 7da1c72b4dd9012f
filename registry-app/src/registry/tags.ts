import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import { inLexicalOrder } from './lexical-order.ts'
import { readLink, writeLink, writeLinkIfAbsent } from './links.ts'
import type { Name, Tag } from './name.ts'
import { ownPath, tagIndexPath, tagLinkPath, tagPath, tagsPath } from './paths.ts'
import { eachTagFolder, historyKeys, isSince, newestOf, type TagFolder, type TagSetting } from './tag-folders.ts'

export interface Tags {
  get(name: Name, tag: Tag, options?: CallOptions): Promise<Digest | undefined>
  set(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<void>
  /** The same, only if there is no such tag: of many at once, one succeeds. Absent where the store has no conditional writes. @returns whether it did */
  create?(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<boolean>
  /** @returns whether there was such a tag */
  delete(name: Name, tag: Tag, options?: CallOptions): Promise<boolean>
  naming(name: Name, digest: Digest, options?: CallOptions): Promise<Naming>
  /** Tags of a manifest that goes name nothing any more; their history stays until `settle`. */
  unset(name: Name, tags: readonly Tag[], options?: CallOptions): Promise<void>
  /** What was pushed since they were looked at is set again, and the history of the others goes. */
  settle(name: Name, digest: Digest, before: Naming, options?: CallOptions): Promise<Settled>
  /** Tags in lexical order that come after `last`. A repository that is not there has none. */
  list(name: Name, last: string, options?: CallOptions): AsyncIterable<string>
  /** Whether the catalog lists it: something is stored of it, be it the link of a blob. */
  hasRepository(name: Name, options?: CallOptions): Promise<boolean>
}

/** What a repository's tags have to do with a manifest. */
export interface Naming {
  /** Those that name it, in lexical order. */
  readonly tags: readonly Tag[]
  /** Those that ever did. */
  readonly folders: ReadonlyMap<Tag, TagFolder>
}

interface Settled {
  readonly gone: readonly Tag[]
  /** A tag names the manifest again, or is about to. */
  readonly named: boolean
}

const breadth = 16

/** A push that has stood still between its two links for longer than this has died, or somebody has copied them here one by one. Milliseconds. */
const standstill = 60_000

export function tags(driver: StorageDriver): Tags {
  const putIfAbsent = driver.putIfAbsent?.bind(driver)

  /** Of each tag that ever named the manifest. */
  async function foldersNaming(name: Name, digest: Digest, options?: CallOptions): Promise<Map<Tag, TagFolder>> {
    const folders = new Map<Tag, TagFolder>()
    for await (const folder of eachTagFolder(driver, name, options)) if (folder.history.has(digest)) folders.set(folder.tag, folder)
    return folders
  }

  const service: Tags = {
    get: (name, tag, options) => readLink(driver, tagLinkPath(name, tag), options),

    async set(name, tag, digest, options) {
      // In Distribution's order. The index says which tags ever named a manifest: deleting that manifest asks it.
      await writeLink(driver, tagIndexPath(name, tag, digest), digest, options)
      await writeLink(driver, tagLinkPath(name, tag), digest, options)
    },

    ...(putIfAbsent && {
      async create(name: Name, tag: Tag, digest: Digest, options?: CallOptions) {
        await writeLink(driver, tagIndexPath(name, tag, digest), digest, options)
        return putIfAbsent(tagLinkPath(name, tag), Buffer.from(digest), options)
      },
    }),

    async delete(name, tag, options) {
      const current = tagLinkPath(name, tag)
      const keys: Key[] = []
      for await (const { objects } of driver.list(tagPath(name, tag), options)) keys.push(...objects.map(({ key }) => key))
      const isTag = keys.includes(current)
      // First what makes it a tag: should we stop in between, it is gone, and what is left is only its history. That is listed as a tag, and goes when it is deleted again.
      const history = keys.filter(key => key !== current)
      if (keys.length > 0) await driver.delete(isTag ? [current, ...history] : history, options)
      return isTag
    },

    async naming(name, digest, options) {
      const folders = await foldersNaming(name, digest, options)
      const set = [...folders].flatMap(([tag, { current }]) => (current === undefined ? [] : [tag]))
      const isNamed = await inParallel(set, breadth, async tag => (await service.get(name, tag, options)) === digest)
      return { tags: set.filter((_, index) => isNamed[index]).toSorted(), folders }
    },

    async unset(name, doomed, options) {
      const keys = doomed.map(tag => tagLinkPath(name, tag))
      if (keys.length > 0) await driver.delete(keys, options)
    },

    async settle(name, digest, before, options) {
      const late = await service.naming(name, digest, options)
      const { earliest } = await driver.time(options)
      const ended = earliest - standstill
      let named = late.tags.length > 0
      const gone: TagFolder[] = []
      for (const [tag, after] of late.folders) {
        const earlier = before.folders.get(tag)
        if (before.tags.includes(tag)) {
          const pushed = pushedSince(earlier, after, digest, ended)
          // What it named last may just have gone with the link of the other one.
          if (pushed) await writeLinkIfAbsent(driver, tagLinkPath(name, tag), pushed, options)
          else if (after.current === undefined) gone.push(after)
          named ||= pushed === digest
        } else if (!late.tags.includes(tag)) {
          const at = after.history.get(digest) ?? 0
          named ||= at > Math.max(after.current ?? 0, ended) || isSince(earlier?.history, [digest, at])
        }
      }
      const keys = gone.flatMap(folder => historyKeys(name, folder))
      if (keys.length > 0) await driver.delete(keys, options)
      return { gone: gone.map(({ tag }) => tag).toSorted(), named }
    },

    list(name, last, options) {
      return inLexicalOrder(driver, { prefix: tagsPath(name), delimiter: '/', last }, options)
    },

    async hasRepository(name, options) {
      for await (const { prefixes } of driver.list(ownPath(name), { ...options, delimiter: '/' })) if (prefixes.length > 0) return true
      return false
    },
  }
  return service
}

/**
 * The manifest of the last push that came since, or had written its first link only: the history, which comes before what the tag names
 * (docs/garbage-collection.md).
 *
 * @param digest what the tag named before
 * @param ended a push that wrote its first link before then, and not its second, was refused or has died
 */
function pushedSince(before: TagFolder | undefined, after: TagFolder, digest: Digest, ended: number): Digest | undefined {
  const current = before?.current ?? 0
  const isHalf = ([named, at]: TagSetting) => named !== digest && at > Math.max(current, ended)
  return newestOf(after.history, setting => isSince(before?.history, setting) || isHalf(setting))
}
