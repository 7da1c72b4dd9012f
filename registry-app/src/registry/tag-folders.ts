import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { asDigest, type Digest } from './digest.ts'
import { isTag, type Name, type Tag } from './name.ts'
import { tagIndexPath, tagsPath } from './paths.ts'

/** What lies in a tag's folder. Times are the store's, in milliseconds since 1970. */
export interface TagFolder {
  readonly tag: Tag
  /** When it was set last. `undefined`: it is no tag, only the history of one. */
  readonly current: number | undefined
  /** Every manifest that it ever named, and when it was set to that last. */
  readonly history: TagHistory
}

export type TagHistory = ReadonlyMap<Digest, number>

/** Parts of all tags, in the order of their keys; both ends are included. */
export interface TagRange {
  readonly first: Tag
  readonly last: Tag
}

interface Walk extends CallOptions {
  startAfter?: Key | undefined
  /** Asked before each folder, with its first key: whether to go on. @default always */
  begins?: (tag: string, key: Key) => boolean
}

/** One after the other, in the order of their keys, by as few lists as they take. Whatever lies there counts as a tag. */
export async function* eachTagFolder(driver: StorageDriver, name: Name, options: Walk = {}): AsyncGenerator<TagFolder> {
  const { begins = () => true, ...listing } = options
  const prefix = tagsPath(name)
  let folder: { tag: Tag; current: number | undefined; history: Map<Digest, number> } | undefined
  for await (const { objects } of driver.list(prefix, listing)) {
    for (const { key, modified } of objects) {
      const [tag = '', room, algorithm, hex] = key.slice(prefix.length).split('/')
      if (tag !== folder?.tag) {
        if (folder) yield folder
        if (!begins(tag, key)) return
        folder = { tag: tag as Tag, current: undefined, history: new Map() }
      }
      const digest = asDigest(`${algorithm}:${hex}`)
      if (room === 'current') folder.current = modified.getTime()
      else if (room === 'index' && digest) folder.history.set(digest, modified.getTime())
    }
  }
  if (folder) yield folder
}

/** @throws Error where something lies that is no tag: nothing there is understood then */
export async function tagFolders(
  driver: StorageDriver,
  name: Name,
  { range, ...options }: CallOptions & { range?: TagRange } = {},
): Promise<Map<Tag, TagFolder>> {
  const begins = (tag: string, key: Key) => {
    if (!isTag(tag)) throw new Error(`${key} is of no tag that could be`)
    return !range || byKey(tag, range.last) <= 0
  }
  const startAfter = range && tagsPath(name) + range.first
  const folders = new Map<Tag, TagFolder>()
  for await (const folder of eachTagFolder(driver, name, { ...options, startAfter, begins })) folders.set(folder.tag, folder)
  return folders
}

/** A store sorts keys, not names: `v1-x/` comes before `v1/`. */
export const byKey = (a: string, b: string) => (`${a}/` < `${b}/` ? -1 : a === b ? 0 : 1)

/** Of what a history tells: a manifest, and when the tag was set to it. */
export type TagSetting = readonly [digest: Digest, at: number]

/** Whether the tag was set to it after it had this history. */
export const isSince = (before: TagHistory | undefined, [digest, at]: TagSetting): boolean =>
  at > (before?.get(digest) ?? Number.NEGATIVE_INFINITY)

/** The manifest that it was set to last, by those settings of its history that are `wanted`. */
export function newestOf(history: TagHistory, wanted: (setting: TagSetting) => boolean): Digest | undefined {
  const settings = [...history].filter(wanted)
  return settings.toSorted(([, one], [, other]) => other - one)[0]?.[0]
}

export const historyKeys = (name: Name, { tag, history }: TagFolder): Key[] =>
  [...history.keys()].map(digest => tagIndexPath(name, tag, digest))
