import type { Name, Tag } from '../registry/name.ts'

/** One of `policy.retention.rules`. A tag goes if a rule is about it, and none that is about it keeps it. */
export interface RetentionRule {
  /** How explanations call it. */
  readonly title: string
  readonly isAbout: (name: Name) => boolean
  /** Which tags of such a repository. */
  readonly covers: (tag: Tag) => boolean
  readonly keep: Keep
  /** Tags of referrers (`sha256-…`) go with the image that they are named for. */
  readonly referrers: boolean
}

/** What of it keeps a tag. At least one is there. */
export interface Keep {
  /** The newest of those that the rule is about. */
  readonly newest?: number | undefined
  readonly tags?: { readonly fits: (tag: Tag) => boolean; readonly written: string } | undefined
  /** Milliseconds. */
  readonly pushed?: number | undefined
  /** Milliseconds. */
  readonly pulled?: number | undefined
}
