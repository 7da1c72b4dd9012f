import { algorithmOf, asDigest, type Digest, hexOf } from './digest.ts'
import type { Tag } from './name.ts'

/** The tag under which clients list what refers to a manifest where a registry has no referrers API (OCI distribution specification, "Referrers Tag Schema"). */
export const fallbackTag = (subject: Digest): Tag => `${algorithmOf(subject)}-${hexOf(subject).slice(0, 64)}` as Tag

/**
 * The manifest that a fallback tag is named for (OCI distribution specification, "Referrers Tag Schema"), and cosign's tags, which append what they are. A sha512
 * is cut there, and cannot be told.
 */
export function subjectOfTag(tag: Tag): Digest | undefined {
  const found = /^(sha256|sha512)-([0-9a-f]+)(?:\.[a-z]+)?$/.exec(tag)
  const digest = found && asDigest(`${found[1]}:${found[2]}`)
  return digest && algorithmOf(digest) === found[1] ? digest : undefined
}
