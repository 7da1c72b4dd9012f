import { Cron } from 'croner'
import { collect } from './collection/collect.ts'
import { CollectionRefused } from './collection/refused.ts'
import type { Amount } from './collection/report.ts'
import { parseDuration } from './config/duration.ts'
import type { Config } from './config/schema/config.ts'
import { collectionAudit, type Freed } from './events/collection-audit.ts'
import { collectionTimings, collectorsBreadth } from './open-collection.ts'
import type { Log } from './ops/log.ts'
import type { CollectionMetrics } from './ops/metrics/collection-metrics.ts'
import { collectorPath } from './registry/paths.ts'
import type { StorageDriver } from './storage/driver.ts'
import { createLease } from './storage/lease.ts'

export interface CollectRegularlyOptions {
  readonly driver: StorageDriver
  readonly maintenance: Config['storage']['maintenance']
  readonly log: Log
  readonly audit?: Log | undefined
  readonly metrics?: CollectionMetrics | undefined
  readonly now: () => Date
  readonly clock: () => number
  readonly random: () => number
  readonly randomName: () => string
  /** Told of each run that has ended, while this process still has the collector's place; must not reject. */
  readonly ended?: ((run: EndedRun, signal: AbortSignal) => Promise<void>) | undefined
  /** Rejects when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

export interface EndedRun {
  readonly at: number
  readonly freed: Amount
  readonly condemned: Amount
  readonly due: number | undefined
}

const lastKey = `${collectorPath}last`

/** When it was done last, and when what was condemned then may be swept. Milliseconds since 1970. */
interface Last {
  readonly at: number
  readonly due?: number | undefined
}

/** Between two looks whether somebody else has done it, and after a failure. Milliseconds. */
const again = 60_000
/** Soon after the start, and replicas that start together do not look together. */
const soon = 60_000
const longestSleep = 24 * 3_600_000

/**
 * Collects garbage while the registry serves (`storage.maintenance.garbagecollect`), in one replica at a time: when it was done last stands in the storage, and
 * so it is done as often as the schedule says however many replicas there are, and however often they start.
 *
 * @returns what ends it
 */
export function collectRegularly(options: CollectRegularlyOptions): () => Promise<void> {
  const { driver, maintenance, log, audit, metrics, ended, now, clock, random, randomName, sleep } = options
  const { schedule, untagged, dryrun } = maintenance.garbagecollect
  const stopping = new AbortController()
  const { signal } = stopping
  const lease = createLease({ driver, folder: `${collectorPath}lease/`, name: randomName(), sleep, clock })
  const started = now().getTime()

  async function readLast(): Promise<Last | undefined> {
    const content = await driver.read(lastKey, { signal, limit: 1024 })
    return content && (JSON.parse(Buffer.from(content).toString()) as Last)
  }

  const scheduled = (last: Last | undefined) =>
    Math.min(
      nextRun(schedule, last?.at, started + Math.min(soon, parseDuration(schedule) ?? 0) * (0.5 + random())),
      last?.due === undefined ? Number.POSITIVE_INFINITY : last.due + 1000,
    )

  async function turn(): Promise<number> {
    const wait = scheduled(await readLast()) - now().getTime()
    if (wait > 0) return wait
    const held = await lease.take(signal)
    if (!held) return again
    try {
      const last = await readLast()
      const left = scheduled(last) - now().getTime()
      if (left > 0) return left
      await run(AbortSignal.any([signal, held.lost]))
      return 0
    } finally {
      await held.release()
    }
  }

  async function run(limit: AbortSignal) {
    const begun = now().getTime()
    const progress = (message: string, facts: Readonly<Record<string, string | number | boolean>>) =>
      log.info(`garbage collection: ${message}`, facts)
    const surroundings = {
      driver,
      timings: collectionTimings(maintenance),
      breadth: collectorsBreadth,
      randomName,
      signal: limit,
      progress,
    }
    const { doomed, freed, condemned, due } = await collect({ ...surroundings, untagged, dryRun: dryrun, exclusive: false })
    const at = now().getTime()
    await driver.put(lastKey, Buffer.from(JSON.stringify({ at, due })), { signal: limit })
    log.info('garbage collected', {
      ...(dryrun
        ? { 'would.free.blobs': doomed.blobs, 'would.free.bytes': doomed.size }
        : { 'freed.blobs': freed.blobs, 'freed.bytes': freed.size }),
      'condemned.blobs': condemned.blobs,
      'condemned.bytes': condemned.size,
      due: due === undefined ? undefined : new Date(due).toISOString(),
      seconds: (at - begun) / 1000,
    })
    if (audit) collectionAudit(audit.info, freed satisfies Freed)
    metrics?.ended({ freed, condemned, at })
    await ended?.({ at, freed: { blobs: freed.blobs, size: freed.size }, condemned, due }, limit)
  }

  async function keepOn() {
    const place = await driver.takeCollectorsPlace?.()
    if (place?.refused !== undefined) {
      log.error(
        `garbage is not collected by this process: ${place.refused}; storage.maintenance.garbagecollect is for one process of a host, on its own disk`,
      )
      return
    }
    try {
      while (!signal.aborted) {
        const wait = await turn().catch(error => {
          if (signal.aborted) return 0
          metrics?.failed()
          log.error('collecting garbage failed', error instanceof CollectionRefused ? { reason: error.message } : { error })
          return again
        })
        if (!signal.aborted && wait > 0) await sleep(Math.min(wait, longestSleep), signal).catch(() => {})
      }
    } finally {
      await place?.release()
    }
  }

  const stopped = keepOn().catch(error => log.error('garbage is not collected by this process', { error }))
  return async () => {
    stopping.abort(new Error('the registry stops'))
    await stopped
  }
}

/**
 * When the schedule says so next.
 *
 * @param last when it was done, and `first` when to begin where it never was; milliseconds since 1970
 */
export function nextRun(schedule: string, last: number | undefined, first: number): number {
  const interval = parseDuration(schedule)
  if (interval !== undefined) return last === undefined ? first : Math.max(last + interval, 0)
  const next = new Cron(schedule, { paused: true, timezone: 'UTC' }).nextRun(new Date(last ?? first))
  return next?.getTime() ?? Number.POSITIVE_INFINITY
}
