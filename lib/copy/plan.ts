import type { Digest } from '../../registry-app/src/registry/digest.ts'
import type { ImageSource, ImageTarget } from '../registry-client/ports.ts'

/** A repository at both sides. */
export interface Pair {
  readonly source: ImageSource
  readonly target: ImageTarget
  /** One tag or digest; absent: all tags that are wanted. */
  readonly reference?: string | undefined
  /** What that is called at the target. @default as it is at the source */
  readonly as?: string | undefined
}

/** What there is to copy: asked for anew for each pass. */
export interface Plan {
  /** For a message: from where to where. */
  readonly title: string
  pairs(): AsyncIterable<Pair>
  /** Repositories of the target that the plan is about, with what they come from, for those that are at the source no more. Absent: a plan about one repository. */
  targets?(): AsyncIterable<Pick<Pair, 'source' | 'target'>>
  /** Everything is at the target now; of an archive, nothing is before. */
  finish(): Promise<void>
  /** @param whole the target was finished */
  close(whole: boolean): Promise<void>
}

/** What is known from passes before. */
export interface Memory {
  /** @returns whether nothing has to be done: the target had it when it was looked at last, and what refers to it was looked for */
  isSettled(target: ImageTarget, tag: string, digest: Digest): boolean
  /** @param changed it was copied, or something that refers to it */
  settled(target: ImageTarget, tag: string, digest: Digest, changed: boolean): void
  /** It is not known what the target has. */
  failed(target: ImageTarget, tag: string): void
  /** Tags that are to be deleted, if the pass before this one found the same. */
  confirmed(target: ImageTarget, tags: readonly string[]): readonly string[]
}
