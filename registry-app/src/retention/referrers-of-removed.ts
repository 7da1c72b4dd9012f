import { inParallel } from '../concurrency/in-parallel.ts'
import type { Digest } from '../registry/digest.ts'
import { readLink } from '../registry/links.ts'
import type { Tag } from '../registry/name.ts'
import { tagLinkPath } from '../registry/paths.ts'
import { removedTags } from '../registry/removed-tags.ts'
import { subjectOfTag } from '../registry/subject-of-tag.ts'
import type { DoomedTag, RemovalOptions } from './remove-tags.ts'

/**
 * The tags of referrers whose image was removed, in this run or one before, and has no tag that stays.
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
  const orphaned = referring.flatMap(({ tag }) => {
    const subject = subjectOfTag(tag)
    return subject && removed.has(subject) && !staying.has(subject) ? [[tag, `goes with ${subject}, which was removed`] as const] : []
  })
  return new Map(orphaned)
}
