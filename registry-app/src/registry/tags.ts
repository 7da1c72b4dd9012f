import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { algorithmOf, type Digest, hexOf } from './digest.ts'
import { inLexicalOrder } from './lexical-order.ts'
import { readLink, writeLink } from './links.ts'
import type { Name, Tag } from './name.ts'
import { ownPath, tagIndexPath, tagLinkPath, tagPath, tagsPath } from './paths.ts'

export interface Tags {
  get(name: Name, tag: Tag, options?: CallOptions): Promise<Digest | undefined>
  set(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<void>
  /** The same, only if there is no such tag: of many at once, one succeeds. Absent where the store has no conditional writes. @returns whether it did */
  create?(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<boolean>
  /** @returns whether there was such a tag */
  delete(name: Name, tag: Tag, options?: CallOptions): Promise<boolean>
  /** Every tag that names the manifest, in lexical order. */
  naming(name: Name, digest: Digest, options?: CallOptions): Promise<readonly Tag[]>
  /** Tags in lexical order that come after `last`. A repository that is not there has none. */
  list(name: Name, last: string, options?: CallOptions): AsyncIterable<string>
  /** Whether the catalog lists it: something is stored of it, be it the link of a blob. */
  hasRepository(name: Name, options?: CallOptions): Promise<boolean>
}

const breadth = 16

export function tags(driver: StorageDriver): Tags {
  const putIfAbsent = driver.putIfAbsent?.bind(driver)
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
      const ending = `/index/${algorithmOf(digest)}/${hexOf(digest)}/link`
      const naming: Tag[] = []
      for await (const { objects } of driver.list(tagsPath(name), options)) {
        const named = objects.flatMap(({ key }) => (key.endsWith(ending) ? [tagIn(key, name)] : []))
        await inParallel(named, breadth, async tag => {
          if ((await service.get(name, tag, options)) === digest) naming.push(tag)
        })
      }
      return naming.toSorted()
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

function tagIn(key: Key, name: Name): Tag {
  const start = tagsPath(name).length
  return key.slice(start, key.indexOf('/', start)) as Tag
}
