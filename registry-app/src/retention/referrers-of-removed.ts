import { inParallel } from '../concurrency/in-parallel.ts'
import { type Digest, isCanonical } from '../registry/digest.ts'
import { subjectOfTag } from '../registry/fallback-tag.ts'
import { indexEntries } from '../registry/index-entries.ts'
import { readLink } from '../registry/links.ts'
import type { Tag } from '../registry/name.ts'
import { tagLinkPath } from '../registry/paths.ts'
import { removedTags } from '../registry/removed-tags.ts'
import type { DoomedTag, RemovalOptions } from './remove-tags.ts'

/**
 * The tags of referrers whose image was removed, in this run or one before, and has no tag that stays; those of its platforms as well.
 *
 * @param gone the tags that went in this run, or would go in a dry run
 * @returns why, of each
 */
export async function orphanedReferrers(
  folders: readonly DoomedTag['folder'][],
  gone: ReadonlySet<Tag>,
  { driver, name, breadth, signal }: RemovalOptions,
  { dryRun, youngerThan }: { dryRun: boolean; youngerThan: number },
): Promise<Map<Tag, string>> {
  const referring = folders.filter(({ tag, current }) => subjectOfTag(tag) !== undefined && current <= youngerThan)
  if (referring.length === 0) return new Map()
  const staying = new Set(folders.filter(({ tag }) => !gone.has(tag)).flatMap(({ history }) => [...history.keys()]))

  const removed = new Set<Digest>()
  for await (const { canonical } of removedTags(driver).keys(name, { signal })) removed.add(canonical)
  const would = dryRun ? [...gone] : []
  for (const digest of await inParallel(would, breadth, tag => readLink(driver, tagLinkPath(name, tag), { signal }))) {
    if (digest) removed.add(digest)
  }
  const parts = await partsOfRemoved(referring, removed, staying, { driver, breadth, signal })
  const orphaned = referring.flatMap(({ tag }) => {
    const subject = subjectOfTag(tag)
    if (!subject || staying.has(subject) || !(removed.has(subject) || parts.has(subject))) return []
    return [[tag, `goes with ${subject}, which was removed`] as const]
  })
  return new Map(orphaned)
}

/** The platforms of removed images that no image which stays has as well, as far as there is something that refers to them: nothing else is read for it. */
async function partsOfRemoved(
  referring: readonly DoomedTag['folder'][],
  removed: ReadonlySet<Digest>,
  staying: ReadonlySet<Digest>,
  { driver, breadth, signal }: Pick<RemovalOptions, 'driver' | 'breadth' | 'signal'>,
): Promise<ReadonlySet<Digest>> {
  const entriesOf = async (digests: Iterable<Digest>) => {
    const canonical = [...digests].filter(isCanonical)
    return new Set((await inParallel(canonical, breadth, digest => indexEntries(driver, digest, { signal }))).flat())
  }
  const open = referring.flatMap(({ tag }) => subjectOfTag(tag) ?? []).filter(subject => !removed.has(subject) && !staying.has(subject))
  if (open.length === 0) return new Set()
  const ofRemoved = await entriesOf(removed)
  const parts = open.filter(subject => ofRemoved.has(subject))
  if (parts.length === 0) return new Set()
  const ofStaying = await entriesOf(staying)
  return new Set(parts.filter(subject => !ofStaying.has(subject)))
}
