import { RegistryFailure, reasonOf } from '../registry-client/http/failure.ts'
import type { ImageSource, ImageTarget } from '../registry-client/ports.ts'
import { subjectOf } from '../registry-client/read-manifest.ts'
import { emptyTally } from './copy-image.ts'
import type { Memory, Plan } from './plan.ts'
import { nameOf, type Progress } from './progress.ts'

/** What the source has, as far as it could be listed. */
export interface Seen {
  /** The repositories of the target that have one at the source. */
  readonly targets: Set<string>
  tags: number
  /** No list was cut short. */
  whole: boolean
  readonly doomed: { readonly target: ImageTarget; readonly tags: readonly string[] }[]
}

export interface DeleteOptions {
  readonly dryRun: boolean
  readonly progress: Progress
  readonly memory?: Memory | undefined
  readonly signal: AbortSignal
}

/**
 * The tags of the target that are at the source no more. A list of what refers to an image is none of them: the target may have it in place of the
 * API by which the source has it.
 */
export function doomedTags(source: readonly string[], target: readonly string[]): readonly string[] {
  const kept = new Set(source)
  return target.filter(tag => !kept.has(tag) && subjectOf(tag) === undefined)
}

/** Deletes at the target the tags that are at the source no more, also those of repositories that are not; nothing, where that may be a mistake. */
export async function mirrorDeletes(plan: Plan, seen: Seen, options: DeleteOptions): Promise<void> {
  const { progress, memory, signal } = options
  if (!seen.whole) return progress.trouble('nothing is deleted at the target: not everything at the source could be listed')
  // A store that was not mounted looks like that.
  if (seen.tags === 0) return progress.trouble('nothing is deleted at the target: the source has no tags at all')
  try {
    const doomed = [...seen.doomed]
    for await (const { source, target } of plan.targets?.() ?? []) {
      if (seen.targets.has(target.title)) continue
      const tags = doomedTags([], await target.tags())
      if (tags.length === 0) continue
      const left = await tagsLeft(source)
      if (left) doomed.push({ target, tags: doomedTags(left, tags) })
      else
        progress.trouble(
          `nothing is deleted from ${target.title}: whoever signs in at the source may not see whether ${source.title} is there`,
        )
    }
    for (const { target, tags } of doomed) {
      for (const tag of memory ? memory.confirmed(target, tags) : tags) await deleteOne(target, tag, options)
    }
  } catch (error) {
    signal.throwIfAborted()
    progress.trouble(reasonOf(error))
  }
}

/**
 * Of a repository that is not listed: a registry does not list what whoever asks may not see, either.
 *
 * @returns `undefined`: that is why
 */
async function tagsLeft(source: ImageSource): Promise<readonly string[] | undefined> {
  try {
    return await source.tags()
  } catch (error) {
    if (!(error instanceof RegistryFailure)) throw error
    if (error.status === 404) return []
    if (error.status === 401 || error.status === 403) return undefined
    throw error
  }
}

async function deleteOne(target: ImageTarget, tag: string, { dryRun, progress, signal }: DeleteOptions): Promise<void> {
  const name = nameOf(target.title, tag)
  const report = { from: name, to: name, tally: emptyTally() }
  try {
    if (!dryRun) await target.deleteTag(tag)
    progress.image({ ...report, outcome: 'deleted' })
  } catch (error) {
    signal.throwIfAborted()
    progress.image({ ...report, outcome: 'failed', error: reasonOf(error) })
  }
}
