import { LRUCache } from 'lru-cache'
import { type Digest, isCanonical } from './digest.ts'
import type { Name } from './name.ts'

/** How many facts are remembered, some 200 bytes each. */
const most = 50_000

/**
 * What this process has seen of blobs a moment ago, and believes for a while in place of asking again.
 *
 * - A blob is *stored* if its data was there; *held* by a repository if its link was there as well. A manifest is accepted on the strength of these.
 * - A blob is *vouched for* if a manifest of the same repository names it that was served or accepted here: whoever pulls that manifest pulls its
 *   blobs next, and each link would be one more question (`docs/architecture.md`, "Who may see a blob"). It is served on the strength of this.
 * - A blob's *size is proven* if its bytes were hashed here. That is no matter of repositories or of time.
 */
export interface KnownBlobs {
  stored(canonical: Digest): boolean
  rememberStored(canonical: Digest): void

  held(name: Name, digest: Digest): boolean
  rememberHeld(name: Name, digest: Digest): void

  /** The blob's size as the manifest has it, in bytes, or `undefined` if nothing vouches for it. */
  vouchedSize(name: Name, digest: Digest): number | undefined
  /** What this process saw deleted stays deleted, whatever manifest is served after. */
  vouch(name: Name, manifest: { digest: Digest; blobs: readonly { digest: Digest; size: number }[] }): void

  /** Its size, if this process had all its bytes in hand and they were those of the digest: then it never has another one. */
  provenSize(digest: Digest): number | undefined
  rememberSize(digest: Digest, size: number): void

  /** The repository does not hold it any more. */
  forget(name: Name, digest: Digest): void
}

/** @param believedFor milliseconds; 0: nothing is believed */
export function knownBlobs(believedFor: number, now: () => Date): KnownBlobs {
  const facts = new LRUCache<string, { until: number; size: number }>({ max: most })
  const sizes = new LRUCache<Digest, number>({ max: most })

  const believed = (fact: string) => {
    const found = facts.get(fact)
    return found && found.until > now().getTime() ? found : undefined
  }
  const remember = (fact: string, size = 0) => {
    if (believedFor > 0) facts.set(fact, { until: now().getTime() + believedFor, size })
  }
  const held = (name: Name, digest: Digest) => `held ${name} ${digest}`
  const vouched = (name: Name, digest: Digest) => `vouched ${name} ${digest}`
  const vouching = (name: Name, digest: Digest) => `vouching ${name} ${digest}`
  const deleted = (name: Name, digest: Digest) => `deleted ${name} ${digest}`

  return {
    stored: canonical => believed(canonical) !== undefined,
    rememberStored: canonical => remember(canonical),

    held: (name, digest) => believed(held(name, digest)) !== undefined,
    rememberHeld(name, digest) {
      facts.delete(deleted(name, digest))
      remember(held(name, digest))
    },

    vouchedSize: (name, digest) => believed(vouched(name, digest))?.size,
    vouch(name, manifest) {
      // A manifest that is pulled a thousand times a second need not say so each time.
      const said = believed(vouching(name, manifest.digest))
      if (said && said.until - now().getTime() > believedFor / 2) return
      remember(vouching(name, manifest.digest))
      for (const { digest, size } of manifest.blobs) {
        // Where the data of another digest lies, only its link says.
        if (isCanonical(digest) && !facts.has(deleted(name, digest))) remember(vouched(name, digest), size)
      }
    },

    provenSize: digest => sizes.get(digest),
    rememberSize: (digest, size) => void sizes.set(digest, size),

    forget(name, digest) {
      facts.delete(held(name, digest))
      facts.delete(vouched(name, digest))
      facts.set(deleted(name, digest), { until: Number.POSITIVE_INFINITY, size: 0 })
    },
  }
}
