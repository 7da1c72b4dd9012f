import { learnManifest } from '../collection/closure.ts'
import { type DigestSet, digestSet } from '../collection/digest-set.ts'
import { type KnownManifests, knownManifests } from '../collection/known-manifests.ts'
import { walkRepositories } from '../collection/walk.ts'
import { inParallel } from '../concurrency/in-parallel.ts'
import { type Digest, isCanonical } from '../registry/digest.ts'
import { readLink } from '../registry/links.ts'
import type { Name, Tag } from '../registry/name.ts'
import { tagLinkPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** An image that cannot be pulled whole because of a damaged blob. */
export interface HitImage {
  /** The blob. */
  readonly damaged: Digest
  readonly name: Name
  /** The image's manifest, or an index that leads to it. */
  readonly digest: Digest
  readonly tags: readonly Tag[]
}

export interface ImagesHitOptions {
  driver: StorageDriver
  /** Requests to the store at the same time. */
  breadth: number
  damaged: ReadonlySet<Digest>
  signal?: AbortSignal | undefined
}

/** Which images lack what is damaged, by two listings of all repositories; manifests that garbage collection does not know yet are read. */
export async function imagesHit({ driver, breadth, damaged, signal }: ImagesHitOptions): Promise<readonly HitImage[]> {
  const known = await knownManifests(driver, false, { signal })
  const linked = digestSet()
  const aliases = new Map<Digest, Digest>()
  const walk = { breadth, youngSince: Number.POSITIVE_INFINITY, everyTag: false, refuseForeign: false, signal }
  await walkRepositories(driver, {
    ...walk,
    visit: ({ kind, canonical }) => void (kind === 'revision' && linked.add(canonical)),
    tagged: () => {},
    alias: (digest, canonical) => aliases.set(digest, canonical),
  })
  await learnMissing(driver, known, linked, breadth, signal)
  const hit = await hitManifests(known, aliases, damaged, signal)

  const images = new Map<string, { name: Name; digest: Digest; canonical: Digest; tags: Tag[] }>()
  const candidates: { name: Name; tag: Tag }[] = []
  await walkRepositories(driver, {
    ...walk,
    visit({ kind, name, digest, canonical, key }) {
      if (!hit.has(canonical)) return
      if (kind === 'revision') images.set(`${name}@${digest}`, { name, digest, canonical, tags: [] })
      if (kind === 'tag-history') candidates.push({ name, tag: tagIn(key) })
    },
    tagged: () => {},
    alias: () => {},
  })
  await inParallel(candidates, breadth, async ({ name, tag }) => {
    const digest = await readLink(driver, tagLinkPath(name, tag), { signal })
    const image = images.get(`${name}@${digest}`)
    if (image && !image.tags.includes(tag)) image.tags.push(tag)
  })
  return [...images.values()].flatMap(({ canonical, ...image }) =>
    [...(hit.get(canonical) ?? [])].map(digest => ({ ...image, damaged: digest, tags: image.tags.toSorted() })),
  )
}

async function learnMissing(
  driver: StorageDriver,
  known: KnownManifests,
  linked: DigestSet,
  breadth: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const there = digestSet()
  for await (const { digest } of known.each({ signal })) there.add(digest)
  const missing = [...linked.values()].filter(digest => !there.has(digest))
  await inParallel(missing, breadth, digest => learnManifest(driver, known, digest, { signal }))
}

/** Manifests that are damaged, or lead to what is: a pass over what is known of them for each level of indexes in indexes. */
async function hitManifests(
  known: KnownManifests,
  aliases: ReadonlyMap<Digest, Digest>,
  damaged: ReadonlySet<Digest>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Digest, ReadonlySet<Digest>>> {
  const canonicalOf = (digest: Digest) => aliases.get(digest) ?? digest
  const hit = new Map<Digest, Set<Digest>>()
  for (const digest of damaged) if (isCanonical(digest)) hit.set(digest, new Set([digest]))
  for (let grown = true; grown; ) {
    grown = false
    for await (const { digest, blobs, manifests } of known.each({ signal })) {
      const reached = hit.get(digest) ?? new Set()
      const before = reached.size
      for (const child of [...blobs, ...manifests]) {
        if (damaged.has(child)) reached.add(child)
        for (const each of hit.get(canonicalOf(child)) ?? []) reached.add(each)
      }
      if (reached.size === before) continue
      hit.set(digest, reached)
      grown = true
    }
  }
  return hit
}

/** In the key of a tag's history. */
function tagIn(key: string): Tag {
  const [, after = ''] = key.split('/_manifests/tags/')
  return after.slice(0, after.indexOf('/')) as Tag
}
