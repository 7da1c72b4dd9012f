import type { Digest } from '../../registry-app/src/registry/digest.ts'
import { fallbackTag } from '../../registry-app/src/registry/fallback-tag.ts'
import { RegistryFailure, reasonOf } from '../registry-client/http/failure.ts'
import type { ImageSource } from '../registry-client/ports.ts'
import { subjectOf } from '../registry-client/read-manifest.ts'
import type { BlobCopier } from './copy-blob.ts'
import { type CopyWishes, emptyTally, type RepositoryCopy, repositoryCopy, type Tally } from './copy-image.ts'
import { doomedTags, mirrorDeletes, type Seen } from './mirror-deletes.ts'
import type { Memory, Pair, Plan } from './plan.ts'
import { nameOf, type Progress } from './progress.ts'

export interface CopyAllOptions extends CopyWishes {
  readonly wanted: (tag: string) => boolean
  /** How many images at a time. */
  readonly jobs: number
  /** What is at the source no more shall not be at the target. */
  readonly deletes: boolean
  readonly blobs: BlobCopier
  readonly progress: Progress
  readonly memory?: Memory | undefined
  readonly signal: AbortSignal
}

/** One thing to do, and how it is called in messages. */
interface Task {
  readonly pair: Pair
  readonly images: RepositoryCopy
  readonly reference: string
  readonly as?: string | undefined
  /** Somebody asked for it by this name, so it has to be there. */
  readonly isNamed: boolean
}

/**
 * Copies all that a plan names. What fails is reported, and the rest goes on.
 *
 * @returns whether everything was looked at: no list of repositories or tags was cut short
 */
export async function copyAll(plan: Plan, options: CopyAllOptions): Promise<boolean> {
  const { jobs, signal } = options
  const seen: Seen = { targets: new Set(), tags: 0, whole: true, doomed: [] }
  const tasks = tasksOf(plan, options, seen)
  await Promise.all(Array.from({ length: jobs }, () => work(tasks, options)))
  signal.throwIfAborted()
  if (options.deletes) await mirrorDeletes(plan, seen, options)
  return seen.whole
}

/** Several workers take from it, one after the other. */
async function* tasksOf(plan: Plan, options: CopyAllOptions, seen: Seen): AsyncGenerator<Task> {
  const { blobs, wanted, progress, deletes, signal } = options
  const trouble = (error: unknown) => {
    signal.throwIfAborted()
    seen.whole = false
    progress.trouble(reasonOf(error))
  }
  try {
    for await (const pair of plan.pairs()) {
      const { source, target, reference, as } = pair
      const images = repositoryCopy(source, target, blobs, options)
      seen.targets.add(target.title)
      if (reference !== undefined) {
        yield { pair, images, reference, as, isNamed: true }
        continue
      }
      try {
        const tags = await source.tags()
        seen.tags += tags.length
        if (deletes) seen.doomed.push({ target, tags: doomedTags(tags, await target.tags()) })
        for (const tag of tags) if (wanted(tag)) yield { pair, images, reference: tag, isNamed: false }
      } catch (error) {
        trouble(error)
      }
    }
  } catch (error) {
    trouble(error)
  }
}

async function work(tasks: AsyncGenerator<Task>, options: CopyAllOptions): Promise<void> {
  for (let next = await tasks.next(); !next.done; next = await tasks.next()) {
    options.signal.throwIfAborted()
    await copyOne(next.value, options)
  }
}

async function copyOne(
  { pair: { source, target }, images, reference, as = reference, isNamed }: Task,
  options: CopyAllOptions,
): Promise<void> {
  const { progress, memory, signal } = options
  const tally = emptyTally()
  const report = { from: nameOf(source.title, reference), to: nameOf(target.title, as), tally }
  try {
    const before = memory && (await source.resolve(reference))
    if (memory && before && memory.isSettled(target, as, before)) {
      progress.image({ ...report, digest: before, outcome: 'present' })
      return
    }
    const subject = options.referrers && target.place ? subjectOf(reference) : undefined
    // A list of what refers to an image is no image: what it names is copied, and listed as the target lists such.
    if (subject) await images.copyReferrers(subject, tally)
    const digest = subject ? before : await images.copy(reference, tally, as)
    if (digest === undefined && !subject) {
      if (isNamed) throw new Error('there is no such image')
      // Somebody deleted it since the tags were listed.
      return
    }
    if (isNamed && options.referrers && digest) await copyDigestTags(source, images, digest, tally)
    progress.image({ ...report, digest, outcome: tally.manifests > 0 ? 'copied' : 'present' })
    if (before) memory?.settled(target, as, before, tally.manifests > 0)
  } catch (error) {
    signal.throwIfAborted()
    memory?.failed(target, as)
    progress.image({ ...report, outcome: 'failed', error: reasonOf(error) })
  }
}

/** cosign's older signatures are tags that are called after a digest, `sha256-….sig`: where all tags are copied, they are among them. */
async function copyDigestTags(source: ImageSource, images: RepositoryCopy, digest: Digest, tally: Tally): Promise<void> {
  // Whoever may pull need not be one who may list.
  const tags = await source.tags().catch(error => {
    if (error instanceof RegistryFailure && !error.passing) return []
    throw error
  })
  for (const tag of tags) if (tag.startsWith(`${fallbackTag(digest)}.`)) await images.copy(tag, tally)
}
