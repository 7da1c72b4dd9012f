import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { algorithmOf, type Digest, hexOf } from './digest.ts'
import { inLexicalOrder } from './lexical-order.ts'
import { readLink, writeLink } from './links.ts'
import type { Name, Tag } from './name.ts'
import { revisionsPath, tagIndexPath, tagLinkPath, tagPath, tagsPath } from './paths.ts'

export interface Tags {
  get(name: Name, tag: Tag, options?: CallOptions): Promise<Digest | undefined>
  set(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<void>
  /** @returns whether there was such a tag */
  delete(name: Name, tag: Tag, options?: CallOptions): Promise<boolean>
  /** Takes away every tag that names the manifest. @returns which */
  deleteNaming(name: Name, digest: Digest, options?: CallOptions): Promise<readonly Tag[]>
  /** Tags in lexical order that come after `last`. A repository that is not there has none. */
  list(name: Name, last: string, options?: CallOptions): AsyncIterable<string>
  /** Whether anything was ever pushed here: an untagged manifest, or a tag. */
  hasRepository(name: Name, options?: CallOptions): Promise<boolean>
}

const breadth = 16

export function tags(driver: StorageDriver): Tags {
  const service: Tags = {
    get: (name, tag, options) => readLink(driver, tagLinkPath(name, tag), options),

    async set(name, tag, digest, options) {
      // In Distribution's order. The index says which tags ever named a manifest: deleting that manifest asks it.
      await writeLink(driver, tagIndexPath(name, tag, digest), digest, options)
      await writeLink(driver, tagLinkPath(name, tag), digest, options)
    },

    async delete(name, tag, options) {
      const current = tagLinkPath(name, tag)
      const keys: Key[] = []
      for await (const { objects } of driver.list(tagPath(name, tag), options)) keys.push(...objects.map(({ key }) => key))
      if (!keys.includes(current)) return false
      // First what makes it a tag: should we stop in between, it is gone, and what is left is only its history.
      await driver.delete([current, ...keys.filter(key => key !== current)], options)
      return true
    },

    async deleteNaming(name, digest, options) {
      const ending = `/index/${algorithmOf(digest)}/${hexOf(digest)}/link`
      const gone: Tag[] = []
      for await (const { objects } of driver.list(tagsPath(name), options)) {
        const named = objects.flatMap(({ key }) => (key.endsWith(ending) ? [tagIn(key, name)] : []))
        await inParallel(named, breadth, async tag => {
          if ((await service.get(name, tag, options)) === digest && (await service.delete(name, tag, options))) gone.push(tag)
        })
      }
      return gone.toSorted()
    },

    list(name, last, options) {
      return inLexicalOrder(driver, { prefix: tagsPath(name), delimiter: '/', last }, options)
    },

    async hasRepository(name, options) {
      for (const prefix of [tagsPath(name), revisionsPath(name)]) {
        for await (const page of driver.list(prefix, { ...options, delimiter: '/' })) {
          if (page.prefixes.length > 0) return true
        }
      }
      return false
    },
  }
  return service
}

function tagIn(key: Key, name: Name): Tag {
  const start = tagsPath(name).length
  return key.slice(start, key.indexOf('/', start)) as Tag
}
