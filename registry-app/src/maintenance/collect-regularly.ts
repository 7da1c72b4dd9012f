import { collect, type Surveyed } from '../collection/collect.ts'
import { CollectionRefused } from '../collection/refused.ts'
import type { Amount } from '../collection/report.ts'
import { parseDuration } from '../config/duration.ts'
import type { Config } from '../config/schema/config.ts'
import { collectionAudit, type Freed } from '../events/collection-audit.ts'
import type { Log } from '../ops/log.ts'
import type { CollectionMetrics } from '../ops/metrics/collection-metrics.ts'
import { collectorPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { collectionTimings, collectorsBreadth } from '../wiring/open-collection.ts'
import { firstRun, nextRun, type RegularSurroundings, regularly } from './regularly.ts'

export interface CollectRegularlyOptions extends RegularSurroundings {
  readonly driver: StorageDriver
  readonly maintenance: Config['storage']['maintenance']
  /** Prefixes that have a quota (`policy.quotas`). */
  readonly counted: readonly string[]
  readonly log: Log
  readonly audit?: Log | undefined
  readonly metrics?: CollectionMetrics | undefined
  /** Told of each run that has ended, while this process still has the collector's place; must not reject. */
  readonly ended?: ((run: EndedRun, signal: AbortSignal) => Promise<void>) | undefined
}

export interface EndedRun {
  readonly at: number
  readonly freed: Amount
  readonly condemned: Amount
  readonly due: number | undefined
  /** Where it has looked at everything for quotas, for whoever would look at the same. */
  readonly survey: Surveyed | undefined
}

const lastKey = `${collectorPath}last`

/** When it was done last, and when what was condemned then may be swept. Milliseconds since 1970. */
interface Last {
  readonly at: number
  readonly due?: number | undefined
}

/**
 * Collects garbage while the registry serves (`storage.maintenance.garbagecollect`), in one replica at a time: when it was done last stands in the storage, and
 * so it is done as often as the schedule says however many replicas there are, and however often they start.
 *
 * @returns what ends it
 */
export function collectRegularly(options: CollectRegularlyOptions): () => Promise<void> {
  const { driver, maintenance, counted, log, audit, metrics, ended, now, random, randomName } = options
  const { schedule, untagged, dryrun } = maintenance.garbagecollect
  const stopping = new AbortController()
  const { signal } = stopping
  const first = firstRun(now().getTime(), parseDuration(schedule), random)

  async function readLast(): Promise<Last | undefined> {
    const content = await driver.read(lastKey, { signal, limit: 1024 })
    return content && (JSON.parse(Buffer.from(content).toString()) as Last)
  }

  async function due() {
    const last = await readLast()
    return Math.min(nextRun(schedule, last?.at, first), last?.due === undefined ? Number.POSITIVE_INFINITY : last.due + 1000)
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
    const surveyed = ended !== undefined
    const { doomed, freed, condemned, due, survey } = await collect({
      ...{ ...surroundings, untagged, dryRun: dryrun, exclusive: false, counted, surveyed },
    })
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
    await ended?.({ at, freed: { blobs: freed.blobs, size: freed.size }, condemned, due, survey }, limit)
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
      const failed = (error: unknown) => {
        metrics?.failed()
        log.error('collecting garbage failed', error instanceof CollectionRefused ? { reason: error.message } : { error })
      }
      await regularly({ ...options, folder: `${collectorPath}lease/`, due, run, failed }, signal)
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
