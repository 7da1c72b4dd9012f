import { createHash } from 'node:crypto'
import { inParallel } from '../concurrency/in-parallel.ts'
import { type Digest, hexOf, isCanonical } from '../registry/digest.ts'
import { readLink } from '../registry/links.ts'
import { aliasPath, blobDataPath } from '../registry/paths.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import { type DigestSet, digestSet } from './digest-set.ts'
import type { KnownManifests } from './known-manifests.ts'
import { referencesOf } from './references.ts'

export interface ClosureOptions extends CallOptions {
  driver: StorageDriver
  known: KnownManifests
  breadth: number
  /** Manifests to begin with. Grows to all that are reached. */
  reached: DigestSet
  /** Manifests that some repository has. */
  linked: DigestSet
  /** Those of them that refer to a subject that stays, stay too. */
  withReferrers: boolean
  /** Whatever is found to be live is added. */
  live: DigestSet
  /** Where the data of digests of other algorithms lies. */
  aliases: Map<Digest, Digest>
}

/** The largest object that can be a manifest, in bytes. */
const limit = 4 * 1024 * 1024

/**
 * Marks all that the reached manifests lead to, by passes over what is known of manifests: nothing but the digests is held in memory. What is not known yet is
 * read. Indexes in indexes take a pass for each level at most.
 */
export async function closure(options: ClosureOptions): Promise<void> {
  const { driver, known, breadth, reached, linked, withReferrers, live, aliases } = options
  const expanded = digestSet()
  const inKnown = digestSet()
  const absent = digestSet()
  const unresolved = new Set<Digest>()

  const canonicalOf = (digest: Digest) => {
    if (isCanonical(digest)) return digest
    const canonical = aliases.get(digest)
    if (!canonical) unresolved.add(digest)
    return canonical
  }

  async function pass(): Promise<boolean> {
    let grown = false
    for await (const record of known.each(options)) {
      inKnown.add(record.digest)
      if (expanded.has(record.digest)) continue
      const subject = record.subject && canonicalOf(record.subject)
      const isReferrer = withReferrers && subject !== undefined && live.has(subject) && linked.has(record.digest)
      if (!reached.has(record.digest) && !isReferrer) continue
      expanded.add(record.digest)
      grown = true
      reached.add(record.digest)
      live.add(record.digest)
      // A subject that no repository has was deleted: its referrer does not bring it back.
      const manifests = subject && linked.has(subject) ? [...record.manifests, subject] : record.manifests
      for (const digest of [...record.blobs, ...manifests]) {
        const canonical = canonicalOf(digest)
        if (canonical) live.add(canonical)
      }
      for (const digest of manifests) {
        const canonical = canonicalOf(digest)
        if (canonical) reached.add(canonical)
      }
    }
    return grown
  }

  async function learnMissing(): Promise<boolean> {
    const isMissing = (digest: Digest) => !inKnown.has(digest) && !absent.has(digest)
    const others = withReferrers ? [...linked.values()].filter(digest => isMissing(digest) && !reached.has(digest)) : []
    const missing = [...reached.values()].filter(isMissing).concat(others)
    await inParallel(missing, breadth, async digest => {
      if (!(await learnManifest(driver, known, digest, options))) absent.add(digest)
    })
    return missing.length > 0
  }

  /** @returns whether something was found, and the manifests that name it have to be looked at once more */
  async function resolve(): Promise<boolean> {
    const found = await inParallel([...unresolved], breadth, async digest => {
      const canonical = await readLink(driver, aliasPath(digest), options)
      if (canonical) aliases.set(digest, canonical)
      return canonical !== undefined
    })
    unresolved.clear()
    return found.includes(true)
  }

  for (const digest of reached.values()) live.add(digest)
  for (;;) {
    const grown = await pass()
    const learnt = await learnMissing()
    const resolved = await resolve()
    if (resolved) return closure(options)
    if (!grown && !learnt) return
  }
}

/** Reads what is not known yet. @returns whether it is there, and no larger than a manifest can be: an index may list other things, too */
export async function learnManifest(driver: StorageDriver, known: KnownManifests, digest: Digest, options: CallOptions): Promise<boolean> {
  const content = await readManifest(driver, digest, options)
  if (!content) return false
  const record = { digest, ...referencesOf(content) }
  // Kept for ever, a damaged one would have its layers deleted after it was mended.
  if (createHash('sha256').update(content).digest('hex') === hexOf(digest)) await known.learn(record)
  else known.guess(record)
  return true
}

async function readManifest(driver: StorageDriver, digest: Digest, options: CallOptions): Promise<Uint8Array | undefined> {
  try {
    return await driver.read(blobDataPath(digest), { ...options, limit })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
