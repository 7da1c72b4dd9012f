import { LRUCache } from 'lru-cache'
import { inParallel } from '../concurrency/in-parallel.ts'
import { asDigest, type Digest } from '../registry/digest.ts'
import type { Name, Tag } from '../registry/name.ts'
import { tagsPath } from '../registry/paths.ts'
import type { Tags } from '../registry/tags.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'

/** A tag as a listing of the storage shows it. */
export interface ListedTag {
  readonly tag: Tag
  /** When it was set last; milliseconds since 1970. */
  readonly pushed: number
  /** What it names, by its history; `undefined` where it has named several, or nobody wrote one: then its link has to be read. */
  readonly digest: Digest | undefined
}

export interface TagList {
  /** In lexical order. */
  readonly tags: readonly ListedTag[]
  /** There are more than were looked at. */
  readonly cut: boolean
}

/** The tags of a repository with their times: believed for a moment, so that who searches and turns pages asks the storage once. */
export interface TagLists {
  of(name: Name, options?: CallOptions): Promise<TagList>
  /** What these tags name: a read for each of which the list does not tell, in their order. `undefined`: it is gone. */
  digestsOf(name: Name, tags: readonly ListedTag[], options?: CallOptions): Promise<readonly (Digest | undefined)[]>
  /** Something was written there. */
  forget(name: Name): void
}

/** A page of a listing has a thousand keys; a tag has two, and one more each time that it is moved. */
const mostPages = 25
const believedFor = 15_000
/** Tags that are remembered, of all repositories together: some 300 bytes each. */
const most = 100_000
const breadth = 16

export function tagLists(driver: StorageDriver, tags: Pick<Tags, 'get'>, clock: () => number): TagLists {
  const cache = new LRUCache<Name, { list: TagList; at: number }>({ maxSize: most, sizeCalculation: ({ list }) => list.tags.length + 1 })

  async function look(name: Name, options?: CallOptions): Promise<TagList> {
    const prefix = tagsPath(name)
    const found = new Map<Tag, { pushed: number | undefined; named: (Digest | undefined)[] }>()
    let pages = 0
    let cut = false
    for await (const { objects, more } of driver.list(prefix, options)) {
      for (const { key, modified } of objects) {
        const [tag = '', kind, ...rest] = key.slice(prefix.length).split('/')
        const known = found.get(tag as Tag) ?? { pushed: undefined, named: [] }
        found.set(tag as Tag, known)
        if (kind === 'current') known.pushed = modified.getTime()
        else if (kind === 'index') known.named.push(asDigest(`${rest[0]}:${rest[1]}`))
      }
      cut = ++pages === mostPages && more !== false
      if (cut) break
    }
    const listed = [...found].flatMap(([tag, { pushed, named }]) =>
      pushed === undefined ? [] : { tag, pushed, digest: named.length === 1 ? named[0] : undefined },
    )
    return { tags: listed.sort((a, b) => (a.tag < b.tag ? -1 : 1)), cut }
  }

  return {
    async of(name, options) {
      const cached = cache.get(name)
      if (cached && clock() - cached.at < believedFor) return cached.list
      const at = clock()
      const list = await look(name, options)
      cache.set(name, { list, at })
      return list
    },
    digestsOf: (name, listed, options) => inParallel(listed, breadth, async ({ tag, digest }) => digest ?? tags.get(name, tag, options)),

    forget: name => void cache.delete(name),
  }
}
