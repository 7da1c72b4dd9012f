import { parseDuration } from '../config/duration.ts'
import type { Config } from '../config/schema/config.ts'
import { retentionAudit } from '../events/retention-audit.ts'
import type { Log } from '../ops/log.ts'
import type { RetentionMetrics } from '../ops/metrics/retention-metrics.ts'
import { retentionPath } from '../registry/paths.ts'
import { retain } from '../retention/retain.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { retainOptions } from '../wiring/open-retention.ts'
import { firstRun, nextRun, type RegularSurroundings, regularly } from './regularly.ts'

export interface RetainRegularlyOptions extends RegularSurroundings {
  readonly driver: StorageDriver
  readonly config: Pick<Config, 'policy' | 'storage'>
  readonly log: Log
  readonly audit?: Log | undefined
  readonly metrics?: RetentionMetrics | undefined
}

const lastKey = `${retentionPath}last`

/**
 * Applies the rules of retention while the registry serves (`policy.retention`), in one replica at a time.
 *
 * @returns what ends it
 */
export function retainRegularly(options: RetainRegularlyOptions): () => Promise<void> {
  const { driver, config, log, audit, metrics, now, random } = options
  const { schedule, dryrun } = config.policy.retention
  const stopping = new AbortController()
  const { signal } = stopping
  const first = firstRun(now().getTime(), parseDuration(schedule), random)
  const warning = warningOf(config)
  if (warning) log.warn(warning)

  async function due() {
    const content = await driver.read(lastKey, { signal, limit: 1024 })
    const last = content && (JSON.parse(Buffer.from(content).toString()) as { at: number })
    return nextRun(schedule, last?.at, first)
  }

  async function run(limit: AbortSignal) {
    const begun = now().getTime()
    const { repositories, kept, removed, failed } = await retain({
      ...retainOptions(config, options, limit),
      dryRun: dryrun,
      explain: (name, { tag, stays, reason }) => {
        if (dryrun && !stays) log.info('retention would remove a tag', { 'vars.name': name, tag, reason })
      },
      removed: (name, removed) => audit && retentionAudit(audit.info, { name, ...removed }),
      failed: (name, error) => log.error('retention has left a repository alone', { 'vars.name': name, error }),
    })
    const at = now().getTime()
    await driver.put(lastKey, Buffer.from(JSON.stringify({ at })), { signal: limit })
    log.info('retention applied', {
      repositories,
      'kept.tags': kept,
      [dryrun ? 'would.remove.tags' : 'removed.tags']: removed,
      'failed.repositories': failed,
      seconds: (at - begun) / 1000,
    })
    metrics?.ended({ kept, removed: dryrun ? 0 : removed, failed, at })
  }

  const failed = (error: unknown) => {
    metrics?.failed()
    log.error('applying retention failed', { error })
  }
  const ended = regularly({ ...options, folder: `${retentionPath}lease/`, due, run, failed }, signal).catch(error =>
    log.error('retention is not applied by this process', { error }),
  )
  return async () => {
    stopping.abort(new Error('the registry stops'))
    await ended
  }
}

/** Tags that go take no bytes with them where manifests without a tag stay. */
export function warningOf({ storage }: Pick<Config, 'storage'>): string | undefined {
  if (storage.maintenance.garbagecollect.untagged) return undefined
  return (
    'policy.retention removes tags, and their manifests stay: storage.maintenance.garbagecollect.untagged is off. ' +
    'Bytes are freed where garbage is collected with it, or by garbage-collect --delete-untagged'
  )
}
