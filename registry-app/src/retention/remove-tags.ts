import { inParallel } from '../concurrency/in-parallel.ts'
import { type Digest, isCanonical } from '../registry/digest.ts'
import { readLink, writeLinkIfAbsent } from '../registry/links.ts'
import type { Name, Tag } from '../registry/name.ts'
import { revisionLinkPath, tagLinkPath } from '../registry/paths.ts'
import { removedTags } from '../registry/removed-tags.ts'
import { byKey, historyKeys, isSince, newestOf, type TagFolder, type TagHistory, tagFolders } from '../registry/tag-folders.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'

/*
 * A push sets a tag by two writes: first its history (`index/…/link`), then what it names (`current/link`). So, in this order (docs/garbage-collection.md has
 * the argument):
 *
 *  1. a record of what is going to be removed, so that it can be restored, and that garbage collection leaves it alone;
 *  2. a look: where anything has changed since it was decided, or a push has written its first link only, the tag stays;
 *  3. `current/link` goes, by a request that the store refuses when it comes late;
 *  4. another look: where the history has changed since the first, a push came in between, and what it set is set again;
 *  5. the history goes.
 *
 * Whoever stops in between leaves a record and a history, by which the next run goes on (`mendFolders`).
 */

export interface RemovalOptions extends CallOptions {
  readonly driver: StorageDriver
  readonly name: Name
  /** How long it can be restored, in milliseconds. */
  readonly grace: number
  /** How long a request to delete is valid, and how long a store may take to carry out what it accepted. Milliseconds. */
  readonly batchtime: number
  readonly margin: number
  readonly breadth: number
  readonly randomName: () => string
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>
}

/** A tag that is to go, as it was when that was decided. */
export interface DoomedTag {
  readonly folder: TagFolder & { readonly current: number }
  readonly reason: string
}

export interface RemovedTag {
  readonly tag: Tag
  readonly digest: Digest
  readonly reason: string
}

/** So many tags are looked at together, among so many keys at most: a look must be over long before a delete expires. */
const chunk = { tags: 500, keys: 10_000 }
/** A push that has stood still between its two links for longer than this has ended. Milliseconds. */
const standstill = 7 * 86_400_000

/**
 * @param all the folders of the repository, among which those are that go
 * @returns those that are gone. The others have changed meanwhile, or could not be deleted in time.
 */
export async function removeTags(
  reasons: ReadonlyMap<Tag, string>,
  all: readonly DoomedTag['folder'][],
  options: RemovalOptions,
): Promise<RemovedTag[]> {
  const removed: RemovedTag[] = []
  for (const doomed of inChunks(reasons, all)) {
    options.signal?.throwIfAborted()
    removed.push(...(await removeSome(doomed, options)))
  }
  return removed
}

function* inChunks(reasons: ReadonlyMap<Tag, string>, all: readonly DoomedTag['folder'][]): Generator<DoomedTag[]> {
  let doomed: DoomedTag[] = []
  let keys = 0
  for (const folder of all.toSorted((a, b) => byKey(a.tag, b.tag))) {
    keys += 1 + folder.history.size
    const reason = reasons.get(folder.tag)
    if (reason === undefined) continue
    if (doomed.length === chunk.tags || (doomed.length > 0 && keys > chunk.keys)) {
      yield doomed
      doomed = []
    }
    if (doomed.length === 0) keys = 1 + folder.history.size
    doomed.push({ folder, reason })
  }
  if (doomed.length > 0) yield doomed
}

interface Recorded extends DoomedTag {
  readonly digest: Digest
  readonly record: Key
}

async function removeSome(doomed: readonly DoomedTag[], options: RemovalOptions): Promise<RemovedTag[]> {
  const { driver, name, signal } = options
  const records = removedTags(driver)
  const recorded = await recordAll(doomed, options)
  const [first, last] = [recorded[0], recorded.at(-1)]
  if (!first || !last) return []
  const look = () => tagFolders(driver, name, { range: { first: first.folder.tag, last: last.folder.tag }, signal })

  const deadline = await deadlineFor(options)
  const before = await look()
  const [same, changed] = parted(recorded, ({ folder }) => isSame(folder, before.get(folder.tag)))
  await records.forget(
    changed.map(({ record }) => record),
    { signal },
  )
  await deleteLinks(
    same.map(({ folder }) => tagLinkPath(name, folder.tag)),
    deadline,
    options,
  )

  const after = await look()
  const removed: Recorded[] = []
  for (const each of same) {
    const folder = after.get(each.folder.tag)
    const pushed = folder && newestSince(folder, each.folder.history)
    if (pushed) await writeLinkIfAbsent(driver, tagLinkPath(name, each.folder.tag), pushed, { signal })
    // The record of one that stays is left: should a store carry out a request that nobody has answered long after all this, the next run mends what that took.
    if (!pushed && folder?.current === undefined) removed.push(each)
  }
  await driver.delete(
    removed.flatMap(({ folder }) => historyKeys(name, folder)),
    { signal },
  )
  return removed.map(({ folder, digest, reason }) => ({ tag: folder.tag, digest, reason }))
}

/** Step 1. Of those that name nothing any more, or are being pushed, there is none. */
async function recordAll(
  doomed: readonly DoomedTag[],
  { driver, name, grace, breadth, randomName, signal }: RemovalOptions,
): Promise<Recorded[]> {
  const records = removedTags(driver)
  const { earliest, latest } = await driver.time({ signal })
  const recorded = await inParallel(doomed, breadth, async each => {
    const { tag, history, current } = each.folder
    const digest = await readLink(driver, tagLinkPath(name, tag), { signal })
    if (!digest || isBeingPushed(history, digest, current, earliest)) return undefined
    const canonical = isCanonical(digest) ? digest : await readLink(driver, revisionLinkPath(name, digest), { signal })
    if (!canonical) return undefined
    const when = { until: latest + grace, removed: latest }
    const removal = { name, tag, canonical, digest, ...when, reason: each.reason, by: undefined, whole: false }
    return { ...each, digest, record: await records.record(removal, randomName(), { signal }) }
  })
  return recorded.filter(each => each !== undefined)
}

/** Whether the history tells of a push that has written its first link, and perhaps not yet its second. A store's clock may tell whole seconds. */
function isBeingPushed(history: TagHistory, digest: Digest, current: number, now: number): boolean {
  return [...history].some(([named, at]) => (named === digest ? at > current : at >= current) && now - at < standstill)
}

/** A whole second of the store's clock, as a deadline has to be. */
async function deadlineFor({ driver, batchtime, signal }: RemovalOptions): Promise<number> {
  const { earliest } = await driver.time({ signal })
  return Math.floor((earliest + batchtime) / 1000) * 1000
}

/** Step 3. When it returns, nothing of it can still be carried out. */
async function deleteLinks(keys: readonly Key[], deadline: number, { driver, margin, sleep, signal }: RemovalOptions): Promise<void> {
  signal?.throwIfAborted()
  if (keys.length === 0) return
  if (!driver.deleteUntil) return driver.delete(keys, { signal })
  const gone = await driver.deleteUntil(keys, deadline, { signal })
  if (gone.size === keys.length) return
  // What was not confirmed may still be carried out.
  for (;;) {
    const { earliest } = await driver.time({ signal })
    if (earliest > deadline + margin) return
    await sleep(Math.max(deadline + margin - earliest + 1, 100), signal)
  }
}

const isSame = (decided: TagFolder, found: TagFolder | undefined): boolean =>
  found !== undefined &&
  found.current === decided.current &&
  found.history.size === decided.history.size &&
  !newestSince(found, decided.history)

/** The manifest of the last push that the history tells of and that was not in it before. */
const newestSince = ({ history }: TagFolder, before: TagHistory): Digest | undefined =>
  newestOf(history, setting => isSince(before, setting))

function parted<Item>(items: readonly Item[], belongs: (item: Item) => boolean): [Item[], Item[]] {
  const { yes = [], no = [] } = Object.groupBy(items, item => (belongs(item) ? 'yes' : 'no'))
  return [yes, no]
}

/**
 * What a run that was stopped has left: histories without a tag, and records that say so. A push that came in between is set, and the others end. What has no record is
 * left by a push that was refused after its first link, and ends when it cannot go on any more.
 *
 * @param now milliseconds since 1970, by the store's clock
 */
export async function mendFolders(folders: Iterable<TagFolder>, now: number, { driver, name, signal }: RemovalOptions): Promise<void> {
  const halves = [...folders].filter(({ current }) => current === undefined)
  if (halves.length === 0) return
  const recorded = new Map<Tag, number>()
  for await (const { key, tag } of removedTags(driver).keys(name, { signal })) {
    const stored = tag === undefined ? undefined : await driver.stat(key, { signal })
    if (tag !== undefined && stored) recorded.set(tag, Math.max(stored.modified.getTime(), recorded.get(tag) ?? 0))
  }
  for (const folder of halves) {
    const at = recorded.get(folder.tag)
    if (at === undefined) {
      // Never set: the client was told that it failed, or is still at it.
      const isOver = [...folder.history.values()].every(set => now - set >= standstill)
      if (isOver) await driver.delete(historyKeys(name, folder), { signal })
      continue
    }
    const since = newestOf(folder.history, ([, set]) => set >= at)
    if (since) await writeLinkIfAbsent(driver, tagLinkPath(name, folder.tag), since, { signal })
    else await driver.delete(historyKeys(name, folder), { signal })
  }
}
