import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { algorithmOf, asDigest, type Digest, hexOf } from './digest.ts'
import { inLexicalOrder } from './lexical-order.ts'
import { readLink, writeLink, writeLinkIfAbsent } from './links.ts'
import type { Name, Tag } from './name.ts'
import { ownPath, tagIndexPath, tagLinkPath, tagPath, tagsPath } from './paths.ts'

export interface Tags {
  get(name: Name, tag: Tag, options?: CallOptions): Promise<Digest | undefined>
  set(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<void>
  /** The same, only if there is no such tag: of many at once, one succeeds. Absent where the store has no conditional writes. @returns whether it did */
  create?(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<boolean>
  /** @returns whether there was such a tag */
  delete(name: Name, tag: Tag, options?: CallOptions): Promise<boolean>
  /** The same of a tag of a manifest that goes: what is pushed under it at the same moment stands. */
  deleteNaming(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<boolean>
  naming(name: Name, digest: Digest, options?: CallOptions): Promise<Naming>
  /** Tags in lexical order that come after `last`. A repository that is not there has none. */
  list(name: Name, last: string, options?: CallOptions): AsyncIterable<string>
  /** Whether the catalog lists it: something is stored of it, be it the link of a blob. */
  hasRepository(name: Name, options?: CallOptions): Promise<boolean>
}

/** What a repository's tags have to do with a manifest. */
export interface Naming {
  /** Those that name it, in lexical order. */
  readonly tags: readonly Tag[]
  /** Those that are about to, as far as it can be seen: a push of it has written its history, and not yet what the tag names. */
  readonly pushing: readonly Tag[]
}

const breadth = 16

/** A push that has stood still between its two links for longer than this has died, or somebody has copied them here one by one. Milliseconds. */
const standstill = 60_000

export function tags(driver: StorageDriver): Tags {
  const putIfAbsent = driver.putIfAbsent?.bind(driver)

  async function lookAt(name: Name, tag: Tag, options?: CallOptions): Promise<Folder> {
    const history = new Map<Digest, number>()
    let current: number | undefined
    for await (const { objects } of driver.list(tagPath(name, tag), options)) {
      for (const { key, modified } of objects) {
        const [, algorithm, hex] = key.slice(tagPath(name, tag).length).split('/')
        const digest = asDigest(`${algorithm}:${hex}`)
        if (key === tagLinkPath(name, tag)) current = modified.getTime()
        else if (digest) history.set(digest, modified.getTime())
      }
    }
    return { current, history }
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

    async deleteNaming(name, tag, digest, options) {
      const before = await lookAt(name, tag, options)
      if (before.current === undefined || (await service.get(name, tag, options)) !== digest) return false
      await driver.delete([tagLinkPath(name, tag)], options)
      const after = await lookAt(name, tag, options)
      const { earliest } = await driver.time(options)
      const pushed = pushedSince(before, after, digest, earliest - standstill)
      // What it named last may just have gone with the link of the other one.
      if (pushed) await writeLinkIfAbsent(driver, tagLinkPath(name, tag), pushed, options)
      if (pushed || after.current !== undefined) return false
      await driver.delete(
        [...after.history.keys()].map(each => tagIndexPath(name, tag, each)),
        options,
      )
      return true
    },

    async naming(name, digest, options) {
      const ending = `/index/${algorithmOf(digest)}/${hexOf(digest)}/link`
      const named = new Map<Tag, number>()
      const set = new Map<Tag, number>()
      for await (const { objects } of driver.list(tagsPath(name), options)) {
        for (const { key, modified } of objects) {
          if (key.endsWith(ending)) named.set(tagIn(key, name), modified.getTime())
          else if (key.endsWith('/current/link')) set.set(tagIn(key, name), modified.getTime())
        }
      }
      const isNamed = await inParallel([...named.keys()], breadth, async tag => (await service.get(name, tag, options)) === digest)
      const tags = [...named.keys()].filter((_, index) => isNamed[index]).toSorted()
      if (named.size === tags.length) return { tags, pushing: [] }
      const { earliest } = await driver.time(options)
      const isPushing = ([tag, at]: [Tag, number]) => !tags.includes(tag) && at > Math.max(set.get(tag) ?? 0, earliest - standstill)
      return { tags, pushing: [...named].filter(isPushing).map(([tag]) => tag) }
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

/** Times are the store's. */
interface Folder {
  readonly current: number | undefined
  readonly history: ReadonlyMap<Digest, number>
}

/**
 * The manifest of the last push that came since, or had written its first link only: the history, which comes before what the tag names
 * (docs/garbage-collection.md).
 *
 * @param digest what the tag named before
 * @param ended a push that wrote its first link before then, and not its second, was refused or has died
 */
function pushedSince(before: Folder, after: Folder, digest: Digest, ended: number): Digest | undefined {
  const { current = 0 } = before
  const isNew = (named: Digest, at: number) => at > (before.history.get(named) ?? Number.NEGATIVE_INFINITY)
  const isHalf = (named: Digest, at: number) => named !== digest && at > Math.max(current, ended)
  const since = [...after.history].filter(([named, at]) => isNew(named, at) || isHalf(named, at))
  return since.toSorted(([, one], [, other]) => other - one)[0]?.[0]
}

function tagIn(key: Key, name: Name): Tag {
  const start = tagsPath(name).length
  return key.slice(start, key.indexOf('/', start)) as Tag
}
