import { inParallel } from '../concurrency/in-parallel.ts'
import { asDigest, type Digest } from '../registry/digest.ts'
import type { Name, Tag } from '../registry/name.ts'
import { revisionLinkPath, revisionsPath } from '../registry/paths.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { KnownFacts, ManifestFacts } from './manifest-facts.ts'
import type { TagLists } from './tag-lists.ts'

/** What a manifest has in common with others of its repository, and what would go with it. */
export interface Sharing {
  readonly digest: Digest
  /** Everything that it leads to, itself included. Bytes. */
  readonly size: number
  /** All tags that name it. */
  readonly tags: readonly Tag[]
  /** What would go, if it were deleted with what nothing else here needs. */
  readonly goes: {
    /** Itself first, then platforms that no other index or tag names, then what is attached to those. */
    readonly manifests: readonly Digest[]
    readonly bytes: number
  }
  /** Other tags, by how much they have in common with it; the most first. */
  readonly shares: readonly { readonly tag: Tag; readonly bytes: number }[]
  /** False: there are more manifests than are looked at, so only this one is named to go, and what it frees is at most this. */
  readonly complete: boolean
}

export interface SharingOptions {
  driver: StorageDriver
  lists: TagLists
  facts: KnownFacts
}

/** So many requests an answer costs at most beside the list of tags: pages of revisions, tags that were moved, manifests that were never read before. */
export const bounds = { pages: 5, tags: 200, manifests: 500 }
const mostShares = 20
const breadth = 16

/** @returns a function that gives `undefined` where the repository has no such manifest */
export function sharings({ driver, lists, facts }: SharingOptions) {
  return async (name: Name, digest: Digest, options?: CallOptions): Promise<Sharing | undefined> => {
    const revisions = await revisionsOf(driver, name, options)
    const isHere = async (each: Digest) =>
      revisions.digests.has(each) || (revisions.cut && (await driver.stat(revisionLinkPath(name, each), options)) !== undefined)
    // Before anything of it is read, since it may be somebody else's.
    if (!(await isHere(digest))) return undefined
    const list = await lists.of(name, options)
    const moved = list.tags.filter(each => each.digest === undefined).slice(0, bounds.tags)
    const read = await lists.digestsOf(name, moved, options)
    const links = new Map(moved.map(({ tag }, index) => [tag, read[index]]))
    const named = list.tags.map(({ tag, pushed, digest: listed }) => ({ tag, pushed, digest: listed ?? links.get(tag) }))

    // The youngest tags first, since not all may be looked at.
    const byAge = named.toSorted((a, b) => b.pushed - a.pushed).flatMap(each => each.digest ?? [])
    const wanted = [...new Set([digest, ...byAge, ...revisions.digests])]
    const unknown = wanted.filter(each => !facts.known(each)).slice(0, bounds.manifests)
    await inParallel(unknown, breadth, each => facts.read(name, each, options))
    const target = facts.known(digest)
    if (!target) return undefined
    // Of an index whose entries were not among the revisions, which are cut.
    const children = target.manifests.filter(each => revisions.cut && !revisions.digests.has(each)).slice(0, breadth)
    const linked = await inParallel(children, breadth, async each => ((await isHere(each)) ? each : []))
    const others = linked.flat()
    const unread = others.filter(each => !facts.known(each))
    await inParallel(unread, breadth, each => facts.read(name, each, options))

    const isCertain = named.every(each => each.digest !== undefined)
    const isRead = wanted.every(each => facts.known(each) !== undefined)
    const complete = !revisions.cut && !list.cut && isCertain && isRead
    const owners = new Set(named.flatMap(each => each.digest ?? []))
    // What is known of manifests that only others have is no business of this repository's.
    const here = new Set([digest, ...others, ...owners, ...revisions.digests])
    const family = familyOf(revisions.digests, each => (here.has(each) ? facts.known(each) : undefined))
    const own = family.blobsBelow([digest])
    // Once for each manifest, however many tags name it: nobody else is served meanwhile.
    const counted = new Map<Digest, number>()
    const inCommon = (other: Digest) => {
      const bytes = counted.get(other) ?? common(own, family.blobsBelow([other]))
      counted.set(other, bytes)
      return bytes
    }
    const manifests = complete ? family.goesWith(digest, owners) : [digest]
    return {
      digest,
      size: sum(own.values()),
      tags: named.filter(each => each.digest === digest).map(({ tag }) => tag),
      goes: { manifests, bytes: family.freedBy(manifests) },
      shares: named
        .flatMap(({ tag, digest: other }) => (other === undefined || other === digest ? [] : { tag, bytes: inCommon(other) }))
        .filter(({ bytes }) => bytes > 0)
        .sort((a, b) => b.bytes - a.bytes)
        .slice(0, mostShares),
      complete,
    }
  }
}

async function revisionsOf(driver: StorageDriver, name: Name, options?: CallOptions) {
  const prefix = revisionsPath(name)
  const digests = new Set<Digest>()
  let pages = 0
  for await (const { objects, more } of driver.list(prefix, options)) {
    for (const { key } of objects) {
      const [algorithm, hex] = key.slice(prefix.length).split('/')
      const digest = asDigest(`${algorithm}:${hex}`)
      if (digest) digests.add(digest)
    }
    if (++pages === bounds.pages && more !== false) return { digests, cut: true }
  }
  return { digests, cut: false }
}

/** The manifests of one repository, as far as they are known. */
function familyOf(revisions: ReadonlySet<Digest>, known: KnownFacts['known']) {
  return {
    /** Everything that is read when these are pulled whole, with its size. */
    blobsBelow(manifests: Iterable<Digest>): Map<Digest, number> {
      const blobs = new Map<Digest, number>()
      const waiting = [...manifests]
      for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
        const facts = known(digest)
        if (!facts || blobs.has(digest)) continue
        blobs.set(digest, facts.size)
        addBlobs(blobs, facts)
        waiting.push(...facts.manifests)
      }
      return blobs
    },

    /** What nothing but these manifests has here: of an index its own bytes alone, since its entries are manifests of the family. Bytes. */
    freedBy(manifests: readonly Digest[]): number {
      const kept = new Set<Digest>()
      const gone = new Map<Digest, number>()
      const going = new Set(manifests)
      for (const digest of new Set([...revisions, ...going])) {
        const facts = known(digest)
        if (!facts) continue
        if (going.has(digest)) addBlobs(gone.set(digest, facts.size), facts)
        else for (const blob of facts.blobs) kept.add(blob.digest)
      }
      return sum([...gone].filter(([digest]) => !kept.has(digest)).map(([, size]) => size))
    },

    /** A manifest, then those that only it, or what goes with it, leads to: entries of an index, and what is attached to either. */
    goesWith(first: Digest, tagged: ReadonlySet<Digest>): Digest[] {
      const goes = new Set([first])
      const parents = new Map<Digest, Digest[]>()
      const referrers = new Map<Digest, Digest[]>()
      for (const digest of revisions) {
        const facts = known(digest)
        for (const child of facts?.manifests ?? []) pushTo(parents, child, digest)
        if (facts?.subject) pushTo(referrers, facts.subject, digest)
      }
      for (const digest of goes) {
        const children = (known(digest)?.manifests ?? []).filter(child => revisions.has(child))
        for (const each of [...children, ...(referrers.get(digest) ?? [])]) {
          if (!tagged.has(each) && (parents.get(each) ?? []).every(parent => goes.has(parent))) goes.add(each)
        }
      }
      return [...goes]
    },
  }
}

function addBlobs(blobs: Map<Digest, number>, facts: ManifestFacts) {
  for (const { digest, size } of facts.blobs) blobs.set(digest, size)
}

function common(ours: ReadonlyMap<Digest, number>, theirs: ReadonlyMap<Digest, number>): number {
  return sum([...ours].filter(([digest]) => theirs.has(digest)).map(([, size]) => size))
}

function pushTo(map: Map<Digest, Digest[]>, key: Digest, value: Digest) {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

const sum = (sizes: Iterable<number>) => [...sizes].reduce((total, size) => total + size, 0)
