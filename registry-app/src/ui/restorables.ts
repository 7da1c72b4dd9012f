import { LRUCache } from 'lru-cache'
import { inParallel } from '../concurrency/in-parallel.ts'
import type { Digest } from '../registry/digest.ts'
import type { Name, Tag } from '../registry/name.ts'
import { removedFromPath, removedPath, revisionLinkPath } from '../registry/paths.ts'
import { byClient, keyOfRemoved, type Removed, type RemovedKey, removedTags } from '../registry/removed-tags.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import type { KnownFacts } from './manifest-facts.ts'
import { ownSize } from './own-size.ts'
import type { TagLists } from './tag-lists.ts'

/** What was removed from a repository, and can be restored. Times are milliseconds since 1970. */
export interface Restorable {
  /** Absent: a manifest that had none. */
  readonly tag: Tag | undefined
  readonly digest: Digest
  readonly removed: number
  readonly until: number
  /** Whoever has deleted it, where that is known. */
  readonly by: string | undefined
  /** The rule of retention that has removed it; absent: somebody has deleted it. */
  readonly rule: string | undefined
  /** With its config and layers; absent where it is an index. */
  readonly size: number | undefined
  /** Its bytes are not here any more. */
  readonly gone: boolean
  /** The tag names another manifest by now. */
  readonly taken: boolean
  /** Of those on the same page, the one that it comes back with. */
  readonly partOf: Digest | undefined
}

/** A repository that was deleted as a whole. It may have been pushed to since. */
export interface DeletedRepository extends Pick<Restorable, 'removed' | 'until' | 'by'> {
  readonly name: Name
  readonly tags: number
  readonly manifests: number
}

export interface PageOf<Item> {
  readonly page: readonly Item[]
  readonly total: number
  /** There are more than were looked at. */
  readonly cut: boolean
}

export interface Range {
  readonly from: number
  readonly count: number
}

/** What can be restored, the youngest first. Lists are believed for a moment, as those of tags are. */
export interface Restorables {
  /** Costs 25 lists at most, those of the tags, a read for 100 tags that were moved, and three requests for each that is shown. */
  of(name: Name, range: Range, options?: CallOptions): Promise<PageOf<Restorable> & { readonly whole: DeletedRepository | undefined }>
  /** Costs 25 lists at most, and a read for each that is shown. */
  repositories(sees: (name: Name) => boolean, range: Range, options?: CallOptions): Promise<PageOf<DeletedRepository>>
  /** Something was written there. */
  forget(name: Name): void
}

export interface RestorablesOptions {
  driver: StorageDriver
  lists: TagLists
  facts: KnownFacts
  /** Milliseconds since 1970. */
  clock: () => number
}

interface Listed {
  readonly keys: readonly RemovedKey[]
  readonly cut: boolean
}

/** A page of a listing has a thousand keys. */
const mostPages = 25
const mostMoved = 100
const believedFor = 15_000
/** Records that are remembered, of all repositories together: some 300 bytes each. */
const most = 100_000
const breadth = 16

export function restorables({ driver, lists, facts, clock }: RestorablesOptions): Restorables {
  const records = removedTags(driver)
  const cache = new LRUCache<Key, { listed: Listed; at: number }>({
    maxSize: most,
    sizeCalculation: ({ listed }) => listed.keys.length + 1,
  })

  async function listed(prefix: Key, isWanted: (key: RemovedKey) => boolean, options?: CallOptions): Promise<Listed> {
    const at = clock()
    const known = cache.get(prefix)
    if (known && at - known.at < believedFor) return known.listed
    const keys: RemovedKey[] = []
    let pages = 0
    let cut = false
    for await (const { objects, more } of driver.list(prefix, options)) {
      keys.push(...objects.flatMap(({ key }) => keyOfRemoved(key) ?? []).filter(each => each.until > at && isWanted(each)))
      cut = ++pages === mostPages && more !== false
      if (cut) break
    }
    const found = { keys: keys.sort((a, b) => b.until - a.until), cut }
    cache.set(prefix, { listed: found, at })
    return found
  }

  /** What those of these tags that are there name; `undefined` where that was not looked at. */
  async function namedNow(name: Name, keys: readonly RemovedKey[], options?: CallOptions): Promise<Map<string, Digest | undefined>> {
    const lost = new Set<string | undefined>(keys.map(({ tag }) => tag))
    const there = (await lists.of(name, options)).tags.filter(({ tag }) => lost.has(tag))
    const moved = there.filter(({ digest }) => digest === undefined).slice(0, mostMoved)
    const read = await lists.digestsOf(name, moved, options)
    const now = new Map<string, Digest | undefined>(there.map(({ tag, digest }) => [tag, digest]))
    for (const [index, { tag }] of moved.entries()) now.set(tag, read[index])
    return now
  }

  async function repositoryOf(name: Name, keys: readonly RemovedKey[], options?: CallOptions): Promise<DeletedRepository | undefined> {
    const [youngest] = await records.read(keys.slice(0, 1), options)
    if (!youngest) return undefined
    const tags = new Set(keys.flatMap(({ tag }) => tag ?? [])).size
    const manifests = new Set(keys.map(({ canonical }) => canonical)).size
    const { removed, until, by } = youngest
    return { name, removed, until, by, tags, manifests }
  }

  return {
    async of(name, { from, count }, options) {
      const { keys, cut } = await listed(removedFromPath(name), () => true, options)
      const now = await namedNow(name, keys, options)
      // What is there again needs no restoring.
      const lost = keys.filter(({ tag, canonical }) => tag === undefined || now.get(tag) !== canonical)
      const removed = (await records.read(lost.slice(from, from + count), options)).toReversed()
      // Under its canonical digest it is found without its link, which is gone.
      const unknown = new Set(removed.map(({ canonical }) => canonical).filter(each => !facts.known(each)))
      await inParallel([...unknown], breadth, each => facts.read(name, each, options))
      const entries = await inParallel(removed, breadth, async each => {
        const { tag, digest, canonical, reason } = each
        const isThere = tag === undefined ? await driver.stat(revisionLinkPath(name, digest), options) : now.get(tag) === digest
        if (isThere) return []
        const known = facts.known(canonical)
        const state = { gone: known === undefined, taken: tag !== undefined && now.has(tag) }
        return [{ ...each, rule: reason === byClient ? undefined : reason, size: ownSize(known), ...state }]
      })
      const page = entries.flat()
      const whole = await repositoryOf(
        name,
        keys.filter(each => each.whole),
        options,
      )
      return { page: page.map(each => ({ ...each, partOf: ownerOf(each, page) })), total: lost.length, cut, whole }
    },

    async repositories(sees, { from, count }, options) {
      const { keys, cut } = await listed(removedPath, ({ whole }) => whole, options)
      const all = [...Map.groupBy(keys, ({ name }) => name)].filter(([name]) => sees(name))
      const page = await inParallel(all.slice(from, from + count), breadth, ([name, own]) => repositoryOf(name, own, options))
      return { page: page.filter(each => each !== undefined), total: all.length, cut }
    },

    forget(name) {
      cache.delete(removedFromPath(name))
      cache.delete(removedPath)
    },
  }

  /** An index that names it, or what it is attached to, if that went with it and can come back. */
  function ownerOf(
    { tag, digest, canonical }: Removed,
    page: readonly (Removed & Pick<Restorable, 'gone' | 'taken'>)[],
  ): Digest | undefined {
    if (tag !== undefined) return undefined
    const subject = facts.known(canonical)?.subject
    const isOwner = (each: Removed) => each.digest === subject || facts.known(each.canonical)?.manifests.includes(digest)
    return page.find(each => !each.gone && !each.taken && isOwner(each))?.digest
  }
}
