import { digestReference } from '../registry/last-pulls.ts'
import { inLexicalOrder } from '../registry/lexical-order.ts'
import { asName, type Name, type Tag } from '../registry/name.ts'
import { repositoriesPath } from '../registry/paths.ts'
import { type KnownPulls, readPulls } from '../registry/pull-records.ts'
import { forgetExpired } from '../registry/removed-tags.ts'
import { type TagFolder, tagFolders } from '../registry/tag-folders.ts'
import { isUnavailable } from '../storage/driver.ts'
import { type Decision, decide } from './decide.ts'
import { orphanedReferrers } from './referrers-of-removed.ts'
import { mendFolders, type RemovalOptions, type RemovedTag, removeTags } from './remove-tags.ts'
import type { RetentionRule } from './rule.ts'

export interface RetainOptions extends Omit<RemovalOptions, 'name'> {
  readonly rules: readonly RetentionRule[]
  /** Whether `policy.immutabletags` lets a tag be deleted. */
  readonly isDeletable: (name: Name, tag: Tag) => boolean
  /** Nothing is written, let alone removed: only decided. */
  readonly dryRun: boolean
  /** Told of each tag of the repositories that a rule is about. */
  readonly explain?: ((name: Name, decision: Decision) => void) | undefined
  /** Told when a tag is gone. */
  readonly removed?: ((name: Name, removed: RemovedTag) => void) | undefined
  /** Told of a repository in which nothing was removed, or nothing more, and why. */
  readonly failed?: ((name: string, error: unknown) => void) | undefined
}

export interface Retained {
  /** Those that a rule is about. */
  readonly repositories: number
  readonly failed: number
  readonly kept: number
  /** Or would be, in a dry run. */
  readonly removed: number
}

/**
 * Applies the rules to every repository. What cannot be understood in one of them removes nothing there; the others are looked at all the same.
 *
 * @throws if the store is away, or what is known of pulls cannot be read
 */
export async function retain(options: RetainOptions): Promise<Retained> {
  const { driver, rules, signal } = options
  const sum = { repositories: 0, failed: 0, kept: 0, removed: 0 }
  if (rules.length === 0) return sum
  const { earliest } = await driver.time({ signal })
  const pulls = rules.some(({ keep }) => keep.pulled !== undefined) ? await readPulls(driver, earliest, { signal }) : undefined
  for await (const text of inLexicalOrder(driver, { prefix: repositoriesPath, delimiter: '/_', last: '' }, { signal })) {
    const name = asName(text)
    const about = name ? rules.filter(rule => rule.isAbout(name)) : []
    if (!name || about.length === 0) continue
    sum.repositories += 1
    try {
      await retainIn(name, about, pulls, options, sum)
    } catch (error) {
      if (signal?.aborted || isUnavailable(error)) throw error
      sum.failed += 1
      options.failed?.(name, error)
    }
  }
  if (!options.dryRun) await forgetExpired(driver, earliest - options.margin, { signal })
  return sum
}

async function retainIn(
  name: Name,
  rules: readonly RetentionRule[],
  pulls: KnownPulls | undefined,
  options: RetainOptions,
  sum: { kept: number; removed: number },
): Promise<void> {
  const { driver, dryRun, isDeletable, explain, signal, margin } = options
  const removal: RemovalOptions = { ...options, name }
  const found = [...(await tagFolders(driver, name, { signal })).values()]
  const { earliest } = await driver.time({ signal })
  if (!dryRun) await mendFolders(found, earliest, removal)
  const folders = found.filter(isTag)
  const facts = factsOf(folders, pulls?.of(name), pulls?.all)
  const decisions = decide(facts, {
    rules,
    now: earliest,
    pullsSince: pulls?.since,
    youngest: 2 * margin,
    isDeletable: tag => isDeletable(name, tag),
  })
  for (const decision of decisions) explain?.(name, decision)

  const reasons = new Map(decisions.filter(({ stays }) => !stays).map(({ tag, reason }) => [tag, reason]))
  /** @returns those that are gone, or would be */
  const remove = async (why: ReadonlyMap<Tag, string>): Promise<Set<Tag>> => {
    if (dryRun) return new Set(why.keys())
    const gone = await removeTags(why, folders, removal)
    for (const each of gone) options.removed?.(name, each)
    return new Set(gone.map(({ tag }) => tag))
  }
  const gone = await remove(reasons)
  let removed = gone.size
  if (rules.some(({ referrers }) => referrers)) {
    const orphaned = await orphanedReferrers(folders, gone, removal, { dryRun, youngerThan: earliest - 2 * margin })
    for (const [tag, reason] of orphaned) explain?.(name, { tag, stays: false, reason })
    removed += (await remove(orphaned)).size
  }
  sum.removed += removed
  sum.kept += folders.length - removed
}

const isTag = (folder: TagFolder): folder is TagFolder & { readonly current: number } => folder.current !== undefined

function factsOf(
  folders: readonly (TagFolder & { current: number })[],
  pulls: ReadonlyMap<string, number> | undefined,
  all: number | undefined,
) {
  return folders.map(({ tag, current, history }) => {
    const days = [all, pulls?.get(tag), ...[...history.keys()].map(digest => pulls?.get(digestReference(digest)))]
    const known = days.filter(day => day !== undefined)
    return { tag, pushed: current, pulled: known.length > 0 ? Math.max(...known) : undefined }
  })
}
