import { mostCondemned } from '../registry/condemned/condemned-list.ts'
import type { Digest } from '../registry/digest.ts'
import { blobsPath } from '../registry/paths.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { DigestSet } from './digest-set.ts'
import type { KnownManifests } from './known-manifests.ts'
import { hexDigits, listInParallel } from './list-in-parallel.ts'
import { type Mark, mark } from './mark.ts'
import { rescuedDigests } from './published-lists.ts'
import { blobIn } from './read-key.ts'
import type { Surroundings } from './surroundings.ts'
import type { UsageCounter } from './usage-counter.ts'
import type { WalkOptions } from './walk.ts'

export interface CondemnOptions extends Surroundings {
  known: KnownManifests
  untagged: boolean
  /** Nobody writes: age does not matter, nor who else does. */
  exclusive: boolean
  /** On a list already that is still to be swept. */
  isPending: (digest: Digest) => boolean
  /** Told of what repositories have. */
  usage?: UsageCounter | undefined
  /** Told of each key of a repository. */
  seen?: WalkOptions['seen']
}

/** The first mark. */
export interface Condemned {
  /** When it began, by the store's clock, or earlier. */
  readonly begun: number
  readonly digests: ReadonlySet<Digest>
  /** In bytes. */
  readonly size: number
  /** Manifests that are there: what was learnt of others can go. */
  readonly manifests: DigestSet
  /** There are more than one list may have. */
  readonly more: boolean
}

/** Finds what nothing leads to. Nothing is written, let alone deleted. */
export async function condemn(options: CondemnOptions): Promise<Condemned> {
  const { driver, timings, breadth, known, untagged, exclusive, isPending, usage, seen, progress, signal, without } = options
  const { earliest } = await driver.time({ signal })
  const begun = earliest - timings.margin
  const youngSince = exclusive ? Number.POSITIVE_INFINITY : begun - timings.grace
  const found = await mark({ driver, known, breadth, untagged, youngSince, refuseForeign: !exclusive, usage, seen, signal, without })
  progress('marked', { live: found.live.size, manifests: found.linked.size })
  const rescued = exclusive ? new Set<Digest>() : await rescuedDigests(driver, { signal })

  const picked = picking(found)
  await listBlobs(driver, breadth, { signal }, (digest, { size, modified }) => {
    usage?.stored(digest, size)
    if (modified.getTime() >= youngSince || found.live.has(digest) || rescued.has(digest) || isPending(digest)) return
    picked.pick(digest, size)
  })
  return { begun, manifests: found.manifests, ...picked.result() }
}

/** At most as many as a list may have; manifests first, because what they name can go only with them. */
function picking({ linked }: Mark) {
  const manifests = new Map<Digest, number>()
  const blobs = new Map<Digest, number>()
  let more = false
  return {
    pick(digest: Digest, size: number) {
      const place = linked.has(digest) ? manifests : blobs
      if (place.size < mostCondemned) place.set(digest, size)
      else more = true
    },
    result(): Pick<Condemned, 'digests' | 'size' | 'more'> {
      const all = [...manifests, ...blobs]
      const chosen = all.slice(0, mostCondemned)
      const size = chosen.reduce((sum, [, each]) => sum + each, 0)
      return { digests: new Set(chosen.map(([digest]) => digest)), size, more: more || all.length > chosen.length }
    },
  }
}

/** Every blob whose data is there. */
export async function listBlobs(
  driver: StorageDriver,
  breadth: number,
  options: CallOptions,
  visit: (digest: Digest, object: { size: number; modified: Date }) => void,
): Promise<void> {
  await listInParallel(
    driver,
    hexDigits.map(digit => `${blobsPath}sha256/${digit}`),
    breadth,
    object => {
      const digest = blobIn(object.key)
      if (digest) visit(digest, object)
    },
    options,
  )
}
