import { isPacked, packDigests } from '../registry/condemned/digest-bytes.ts'
import { forgetExpired } from '../registry/removed-tags.ts'
import { writeUsage } from '../registry/usage.ts'
import { tryExpiringDeletes } from './canary.ts'
import { type Condemned, condemn } from './condemn.ts'
import { announcingDeleter, exclusiveDeleter } from './deleter.ts'
import { type KnownManifests, knownManifests } from './known-manifests.ts'
import { markSwept, type PublishedList, publish, rescuedDigests, tidy } from './published-lists.ts'
import { type Breakdown, breakdown } from './report.ts'
import type { Surroundings } from './surroundings.ts'
import { type RepositoriesSeen, repositoriesSeen, type Survey } from './survey.ts'
import { markAgain, sweep } from './sweep.ts'
import { type UsageCounter, usageCounter } from './usage-counter.ts'

export interface CollectOptions extends Surroundings {
  /** Manifests without a tag go too. */
  untagged: boolean
  /** Nothing is written, let alone deleted: only said. */
  dryRun: boolean
  /** For a storage that nobody writes to. */
  exclusive: boolean
  /** What lies below these is counted, and what each repository has: for quotas. @default nothing is counted */
  counted?: readonly string[] | undefined
  /** What is counted is surveyed as well, by the same lists. */
  surveyed?: boolean | undefined
}

export interface Collected {
  /** What was to go, by the second mark, or would go in a dry run. */
  readonly doomed: Breakdown
  readonly freed: Breakdown
  /** What was condemned just now. */
  readonly condemned: { readonly blobs: number; readonly size: number }
  /** When the next list of condemned blobs may be swept, by the store's clock; milliseconds since 1970. */
  readonly due: number | undefined
  /** Absent: nothing was counted, or nothing condemned anew. */
  readonly survey?: Surveyed | undefined
}

/** What lay in the storage from that moment on; milliseconds since 1970, by the store's clock, or earlier. */
export interface Surveyed {
  readonly at: number
  readonly found: Survey
}

/** More lists than these wait for nothing but somebody who collects too often. */
const mostPending = 8

/**
 * One step of garbage collection: takes away what is over, sweeps the lists that are due, and condemns anew. Whoever comes next, in whichever process, goes on from
 * there.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { driver, timings, dryRun, exclusive, signal } = options
  const known = await knownManifests(driver, !dryRun, { signal })
  if (dryRun) return wouldCollect(options, known)
  const { earliest } = await driver.time({ signal })
  await forgetExpired(driver, earliest - timings.margin, { signal })
  if (exclusive) return collectExclusively(options, known)

  const lists = await tidy(options)
  const due = lists.filter(list => !list.swept && list.ripe <= earliest && earliest < list.end)
  if (due.length > 0) await tryExpiringDeletes(options)
  const results = []
  for (const list of due) results.push(await sweepList(options, known, list))

  const pending = lists.filter(list => !list.swept && list.ripe > earliest)
  const condemned = pending.length < mostPending ? await condemnAnew(options, known, pending) : undefined
  const nextDue = [...pending.map(({ ripe }) => ripe), ...(condemned?.ripe === undefined ? [] : [condemned.ripe])]
  return {
    doomed: sumOf(results.map(({ doomed }) => doomed)),
    freed: sumOf(results.map(({ freed }) => freed)),
    condemned: { blobs: condemned?.digests.size ?? 0, size: condemned?.size ?? 0 },
    due: nextDue.length > 0 ? Math.min(...nextDue) : undefined,
    survey: condemned?.survey,
  }
}

async function sweepList(options: CollectOptions, known: KnownManifests, list: PublishedList) {
  const { driver, untagged, progress, signal, without } = options
  // Before anything is looked at: the window counts from here.
  const { earliest } = await driver.time({ signal })
  const rescued = without?.readRescues ? new Set<never>() : await rescuedDigests(driver, { signal })
  const marked = await markAgain({ ...options, known, list, untagged, youngSince: list.begun, refuseForeign: true, rescued })
  const doomed = breakdown(marked.dead.values())
  progress('sweeping', { condemned: list.digests.length / 32, blobs: doomed.blobs, bytes: doomed.size })
  const deleter = announcingDeleter(options, list, earliest)
  const freed = await sweep(marked, deleter, { parentsFirst: !without?.parentsFirst, progress })
  if (deleter.closed()) progress('the window is closed: what is left waits for the next run', { left: doomed.blobs - freed.blobs })
  else await markSwept(options, list.run)
  return { doomed, freed }
}

async function condemnAnew(options: CollectOptions, known: KnownManifests, pending: readonly PublishedList[]) {
  const { driver, timings, untagged, progress, signal } = options
  const isPending = (digest: Parameters<typeof isPacked>[1]) => pending.some(list => isPacked(list.digests, digest))
  const usage = counterOf(options)
  const seen = usage && options.surveyed ? repositoriesSeen(() => 0) : undefined
  const found = await condemn({ ...options, known, exclusive: false, isPending, usage, seen: seen?.see })
  await known.save(found.manifests, { signal })
  if (usage) await writeUsage(driver, usage.total(found.begun), { signal })
  const condemned = { ...found, survey: usage && seen && { at: found.begun, found: surveyOf(seen, usage) } }
  if (condemned.digests.size === 0) return { ...condemned, ripe: undefined }
  await publish(options, { begun: condemned.begun, untagged, digests: condemned.digests })
  const { latest } = await driver.time({ signal })
  progress('condemned', { blobs: condemned.digests.size, bytes: condemned.size, more: condemned.more })
  return { ...condemned, ripe: latest + timings.grace + timings.margin }
}

const counterOf = ({ counted }: CollectOptions) => (counted && counted.length > 0 ? usageCounter(counted) : undefined)

/** Sizes are known only when all is seen. */
function surveyOf(seen: RepositoriesSeen, usage: UsageCounter): Survey {
  const { bytesOf, ...amounts } = usage.amounts()
  const { repositories, pushed } = seen.all()
  return { ...amounts, repositories: repositories.map(each => ({ ...each, bytes: bytesOf(each.name) })), pushed }
}

const nobody = { isPending: () => false }

/** Distribution's way: marks, and deletes at once. Rounds of as many as one list holds. */
async function collectExclusively(options: CollectOptions, known: KnownManifests): Promise<Collected> {
  const doomed: Breakdown[] = []
  const freed: Breakdown[] = []
  for (let found: Condemned | undefined; !found || (found.more && (freed.at(-1)?.blobs ?? 0) > 0); ) {
    const usage = counterOf(options)
    found = await condemn({ ...options, ...nobody, known, usage })
    const marked = await again(options, known, found)
    doomed.push(breakdown(marked.dead.values()))
    freed.push(await sweep(marked, exclusiveDeleter(options), options))
    await known.save(found.manifests, options)
    // What went just now is not there any more.
    for (const digest of found.digests) usage?.stored(digest, undefined)
    if (usage) await writeUsage(options.driver, usage.total(found.begun), options)
  }
  return { doomed: sumOf(doomed), freed: sumOf(freed), condemned: { blobs: 0, size: 0 }, due: undefined }
}

async function wouldCollect(options: CollectOptions, known: KnownManifests): Promise<Collected> {
  const found = await condemn({ ...options, ...nobody, known })
  const doomed = breakdown((await again(options, known, found)).dead.values())
  return { doomed, freed: breakdown([]), condemned: { blobs: found.digests.size, size: found.size }, due: undefined }
}

/** Looks at the same once more, for the links that belong to it. */
function again(options: CollectOptions, known: KnownManifests, { digests }: Condemned) {
  const list = { digests: packDigests(digests), untagged: options.untagged }
  const young = { youngSince: Number.POSITIVE_INFINITY, refuseForeign: false, rescued: new Set<never>() }
  return markAgain({ ...options, ...young, known, list })
}

function sumOf(all: readonly Breakdown[]): Breakdown {
  const repositories = new Map<string, { blobs: number; size: number }>()
  for (const one of all) {
    for (const [name, { blobs, size }] of one.repositories) {
      const sum = repositories.get(name) ?? { blobs: 0, size: 0 }
      repositories.set(name, { blobs: sum.blobs + blobs, size: sum.size + size })
    }
  }
  const total = (what: 'blobs' | 'size') => all.reduce((sum, each) => sum + each[what], 0)
  return { blobs: total('blobs'), size: total('size'), repositories }
}
