import { inParallel } from '../concurrency/in-parallel.ts'
import type { CondemnedList } from '../registry/condemned/condemned-list.ts'
import { unpackDigests } from '../registry/condemned/digest-bytes.ts'
import type { Digest } from '../registry/digest.ts'
import type { Name } from '../registry/name.ts'
import { blobDataPath, referrerPath } from '../registry/paths.ts'
import type { Key } from '../storage/driver.ts'
import { learnManifest } from './closure.ts'
import { listBlobs } from './condemn.ts'
import type { Deleter } from './deleter.ts'
import type { KnownManifests } from './known-manifests.ts'
import { type LinkKeys, mark } from './mark.ts'
import type { ReferenceRecord } from './reference-records.ts'
import { type Breakdown, breakdown, type DeadBlob } from './report.ts'
import type { Surroundings } from './surroundings.ts'

export interface SweepOptions extends Surroundings {
  known: KnownManifests
  list: Pick<CondemnedList, 'digests' | 'untagged'>
  /** Untagged manifests on the list go; if the configuration has changed since, they stay. */
  untagged: boolean
  /** What was stored or linked since is live. */
  youngSince: number
  refuseForeign: boolean
  rescued: ReadonlySet<Digest>
}

/** What is dead by two marks. */
export interface Dead extends DeadBlob {
  readonly links: LinkKeys
}

const noLinks: LinkKeys = { layers: new Set(), manifests: new Set(), names: new Set() }

/** The second mark: those on the list that still nothing leads to, and all that belongs to them. */
export async function markAgain(options: SweepOptions): Promise<{ dead: Map<Digest, Dead>; manifests: Map<Digest, ReferenceRecord> }> {
  const { driver, known, breadth, list, untagged, youngSince, refuseForeign, rescued, signal, without } = options
  const found = await mark({
    driver,
    known,
    breadth,
    untagged: untagged && list.untagged,
    youngSince,
    refuseForeign,
    list,
    signal,
    without,
  })
  const dead = new Map<Digest, Dead>()
  for (const digest of unpackDigests(list.digests)) {
    if ((found.live.has(digest) && !without?.secondMark) || rescued.has(digest)) continue
    const links = found.links.get(digest) ?? noLinks
    dead.set(digest, { digest, size: undefined, names: links.names, links })
  }
  await listBlobs(driver, breadth, { signal }, (digest, { size, modified }) => {
    const blob = dead.get(digest)
    if (!blob) return
    if (modified.getTime() >= youngSince && !without?.secondMark) dead.delete(digest)
    else dead.set(digest, { ...blob, size })
  })

  const linked = [...dead.keys()].filter(digest => found.linked.has(digest))
  return { dead, manifests: await recordsOf(linked, options) }
}

/** What these manifests name. Nothing of those whose data is gone. */
async function recordsOf(
  digests: readonly Digest[],
  { driver, known, breadth, signal }: SweepOptions,
): Promise<Map<Digest, ReferenceRecord>> {
  const records = new Map<Digest, ReferenceRecord>()
  if (digests.length === 0) return records
  const wanted = new Set(digests)
  for await (const record of known.each({ signal })) if (wanted.has(record.digest)) records.set(record.digest, record)
  // Another collector may just have taken away what was known of them, to write it anew.
  const missing = digests.filter(digest => !records.has(digest))
  await inParallel(missing, breadth, async digest => {
    const record = await learnManifest(driver, known, digest, { signal })
    records.set(digest, record ?? { digest, blobs: [], manifests: [] })
  })
  return records
}

/**
 * Deletes what is dead, parents first: a manifest's links, then its data, each confirmed; then what it names. What was not confirmed, or was spared, keeps its
 * children: whoever relies on a manifest relies on them without naming them.
 *
 * @returns what went
 */
export async function sweep(
  { dead, manifests }: Awaited<ReturnType<typeof markAgain>>,
  deleter: Deleter,
  { parentsFirst = true, progress }: { parentsFirst?: boolean; progress: Surroundings['progress'] },
): Promise<Breakdown> {
  const freed: Dead[] = []
  const kept = new Set<Digest>()
  const keep = (digest: Digest) => {
    for (const child of childrenOf(manifests.get(digest))) {
      if (!dead.has(child) || kept.has(child)) continue
      kept.add(child)
      keep(child)
    }
  }
  const dataOf = ({ digest, size }: Dead): Key[] => (size === undefined ? [] : [blobDataPath(digest)])
  /** @returns those all of whose keys are gone for certain */
  const remove = async (doomed: readonly Dead[], keysOf: (blob: Dead) => readonly Key[]): Promise<Dead[]> => {
    const gone = await deleter(doomed.map(blob => ({ digest: blob.digest, keys: keysOf(blob) })))
    return doomed.filter(blob => keysOf(blob).every(key => gone.has(key)))
  }

  let waiting = [...manifests.keys()].flatMap(digest => dead.get(digest) ?? [])
  while (waiting.length > 0 && parentsFirst) {
    const named = new Set(waiting.flatMap(({ digest }) => childrenOf(manifests.get(digest))))
    const wave = waiting.filter(({ digest }) => !named.has(digest))
    // Digests that name one another in a circle: nobody can have made them.
    if (wave.length === 0) {
      for (const { digest } of waiting) {
        kept.add(digest)
        keep(digest)
      }
      break
    }
    const doomed = wave.filter(({ digest }) => !kept.has(digest))
    const unlinked = await remove(doomed, blob => [...blob.links.layers, ...blob.links.manifests, ...referrerKeys(blob, manifests)])
    const gone = await remove(unlinked, dataOf)
    freed.push(...gone)
    const confirmed = new Set(gone)
    const left = wave.filter(blob => !confirmed.has(blob))
    for (const { digest } of left) keep(digest)
    const done = new Set(wave)
    waiting = waiting.filter(blob => !done.has(blob))
    progress('manifests deleted', { deleted: gone.length, kept: left.length })
  }

  const isLeft = ({ digest }: Dead) => !kept.has(digest) && (!parentsFirst || !manifests.has(digest))
  const rest = [...dead.values()].filter(isLeft)
  const some = 50_000
  for (let at = 0; at < rest.length; at += some) {
    const gone = await remove(rest.slice(at, at + some), blob => [...dataOf(blob), ...blob.links.layers, ...blob.links.manifests])
    freed.push(...gone)
    progress('blobs deleted', { deleted: gone.length, of: rest.length })
  }
  return breakdown(freed)
}

const childrenOf = (record: ReferenceRecord | undefined): Digest[] =>
  record ? [...record.blobs, ...record.manifests, ...(record.subject ? [record.subject] : [])] : []

/** What says in the answers of the referrers API that this one refers to its subject. */
function referrerKeys({ digest, names }: Dead, manifests: ReadonlyMap<Digest, ReferenceRecord>): Key[] {
  const subject = manifests.get(digest)?.subject
  return subject ? [...names].map(name => referrerPath(name as Name, subject, digest)) : []
}
