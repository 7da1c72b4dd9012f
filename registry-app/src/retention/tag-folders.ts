import { asDigest, type Digest } from '../registry/digest.ts'
import { isTag, type Name, type Tag } from '../registry/name.ts'
import { tagsPath } from '../registry/paths.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'

/** What lies in a tag's folder. Times are the store's, in milliseconds since 1970. */
export interface TagFolder {
  readonly tag: Tag
  /** When it was set last. `undefined`: it is no tag, only the history of one. */
  readonly current: number | undefined
  /** Every manifest that it ever named, and when it was set to that last. */
  readonly history: ReadonlyMap<Digest, number>
}

/** Parts of all tags, in the order of their keys; both ends are included. */
export interface TagRange {
  readonly first: Tag
  readonly last: Tag
}

/** @throws Error where something lies that is no tag: nothing there is understood then */
export async function tagFolders(
  driver: StorageDriver,
  name: Name,
  { range, ...options }: CallOptions & { range?: TagRange } = {},
): Promise<Map<Tag, TagFolder>> {
  const prefix = tagsPath(name)
  const folders = new Map<Tag, { tag: Tag; current: number | undefined; history: Map<Digest, number> }>()
  for await (const { objects } of driver.list(prefix, { ...options, startAfter: range && prefix + range.first })) {
    for (const { key, modified } of objects) {
      const [tag = '', room, algorithm, hex] = key.slice(prefix.length).split('/')
      if (!isTag(tag)) throw new Error(`${key} is of no tag that could be`)
      if (range && byKey(tag, range.last) > 0) return folders
      const folder = folders.get(tag) ?? { tag, current: undefined, history: new Map() }
      folders.set(tag, folder)
      const digest = asDigest(`${algorithm}:${hex}`)
      if (room === 'current') folder.current = modified.getTime()
      else if (room === 'index' && digest) folder.history.set(digest, modified.getTime())
    }
  }
  return folders
}

/** A store sorts keys, not names: `v1-x/` comes before `v1/`. */
export const byKey = (a: string, b: string) => (`${a}/` < `${b}/` ? -1 : a === b ? 0 : 1)
