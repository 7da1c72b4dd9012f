import { type Digest, hexOf } from './digest.ts'
import type { Name, Tag } from './name.ts'

/** Told of every pull of a manifest. */
export interface LastPulls {
  /** Somebody asked for a manifest, by a tag or by its digest, and was told of it. It costs no request, and does not fail. */
  note(name: Name, digest: Digest, tag?: Tag): void
}

/** What one process has seen of pulls since it wrote that down last. */
export interface Gathered {
  /** Since when; milliseconds since 1970. */
  readonly from: number
  readonly references: ReadonlyMap<Name, ReadonlySet<string>>
  /** There were more than are held in memory: whatever there is counts as pulled. */
  readonly all: boolean
}

export interface GatheredPulls extends LastPulls {
  isEmpty(): boolean
  /** All that was gathered. From then on it is gathered anew. */
  take(): Gathered
  /** It could not be written down: it counts together with what has come since. */
  giveBack(gathered: Gathered): void
}

export interface LastPullsOptions {
  readonly now: () => Date
  /** So many tags and manifests are held at most; with half of them it is time to write them down. */
  readonly most: number
  readonly crowded: () => void
}

export const nobodyCounts: LastPulls = { note: () => {} }

/** How the pull of a manifest by its digest is remembered: a tag has no `@`. Who made two digests begin alike kept a tag too long. */
export const digestReference = (digest: Digest) => `@${hexOf(digest).slice(0, 16)}`

export function lastPulls({ now, most, crowded }: LastPullsOptions): GatheredPulls {
  let from = now().getTime()
  let references = new Map<Name, Set<string>>()
  let count = 0
  let all = false

  function add(name: Name, reference: string) {
    if (all) return
    const known = references.get(name) ?? new Set()
    if (known.size === 0) references.set(name, known)
    if (known.has(reference)) return
    known.add(reference)
    count += 1
    if (count === most / 2) crowded()
    if (count <= most) return
    all = true
    references = new Map()
    count = 0
  }

  return {
    note(name, digest, tag) {
      if (tag !== undefined) add(name, tag)
      add(name, digestReference(digest))
    },

    isEmpty: () => !all && count === 0,

    take() {
      const taken = { from, references, all }
      from = now().getTime()
      references = new Map()
      count = 0
      all = false
      return taken
    },

    giveBack(gathered) {
      from = Math.min(from, gathered.from)
      all ||= gathered.all
      if (all) {
        references = new Map()
        count = 0
      } else for (const [name, each] of gathered.references) for (const reference of each) add(name, reference)
    },
  }
}
