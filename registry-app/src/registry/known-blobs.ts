import { LRUCache } from 'lru-cache'
import type { Digest } from './digest.ts'
import type { Name } from './name.ts'

/** How many facts are remembered, some 200 bytes each. */
const most = 50_000

/**
 * What this process has seen of blobs a moment ago, and believes for a while in place of asking again.
 *
 * A blob is *stored* if its data was there, and *linked* to a repository if its link was. Nothing but the store's own answer makes a fact, and none is
 * renewed by being believed: what another process deletes is gone here after that while at the latest.
 *
 * A blob's *size is proven* if its bytes were hashed here. That is no matter of repositories or of time.
 */
export interface KnownBlobs {
  /** To be taken before looking: what was seen counts from then on, and not at all if something was forgotten since. */
  moment(): Moment

  stored(canonical: Digest): boolean
  rememberStored(canonical: Digest, seen: Pick<Moment, 'at'>): void

  /** The digest under which the data lies, if the repository's link was seen. */
  linked(name: Name, digest: Digest): Digest | undefined
  rememberLinked(name: Name, digest: Digest, canonical: Digest, seen: Moment): void

  /** Its size, if this process had all its bytes in hand and they were those of the digest: then it never has another one. */
  provenSize(digest: Digest): number | undefined
  rememberSize(digest: Digest, size: number): void

  /** The repository does not hold it any more. */
  forgetLinked(name: Name, digest: Digest): void
  /** Nobody knows what it holds. */
  forgetAllLinked(name: Name): void
}

export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly forgotten: number
}

/** @param believedFor milliseconds; 0: nothing is believed */
export function knownBlobs(believedFor: number, now: () => Date): KnownBlobs {
  // By size, not by number: then no room is made for all of them at the start.
  const facts = new LRUCache<string, { canonical: Digest; until: number }>({ maxSize: most, sizeCalculation: () => 1 })
  const sizes = new LRUCache<Digest, number>({ maxSize: most, sizeCalculation: () => 1 })
  /** How often anything was: deletions are rare enough that each may cost all looks under way their memory. */
  let forgotten = 0

  const believed = (fact: string) => {
    const found = facts.get(fact)
    return found && found.until > now().getTime() ? found.canonical : undefined
  }
  const remember = (fact: string, canonical: Digest, at: number) => {
    const until = Math.min(at, now().getTime()) + believedFor
    if (until > now().getTime() && until > (facts.peek(fact)?.until ?? 0)) facts.set(fact, { canonical, until })
  }
  const link = (name: Name, digest: Digest) => `${name} ${digest}`

  return {
    moment: () => ({ at: now().getTime(), forgotten }),

    stored: canonical => believed(canonical) !== undefined,
    rememberStored: (canonical, { at }) => remember(canonical, canonical, at),

    linked: (name, digest) => believed(link(name, digest)),
    rememberLinked(name, digest, canonical, seen) {
      if (seen.forgotten === forgotten) remember(link(name, digest), canonical, seen.at)
    },

    provenSize: digest => sizes.get(digest),
    rememberSize: (digest, size) => void sizes.set(digest, size),

    forgetLinked(name, digest) {
      forgotten += 1
      facts.delete(link(name, digest))
    },

    forgetAllLinked(name) {
      forgotten += 1
      for (const fact of [...facts.keys()]) if (fact.startsWith(`${name} `)) facts.delete(fact)
    },
  }
}
