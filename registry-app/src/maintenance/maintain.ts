import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import type { Quarantine } from '../registry/quarantine.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { Metrics } from '../wiring/observe.ts'
import { type CollectRegularlyOptions, collectRegularly } from './collect-regularly.ts'
import { scrubRegularly } from './scrub-regularly.ts'

export interface MaintainOptions {
  driver: StorageDriver
  quarantine: Quarantine
  log: Log
  audit: Log | undefined
  metrics?: Pick<Metrics, 'collection' | 'scrub'> | undefined
  /** Told what a run of garbage collection came to. */
  collected?: CollectRegularlyOptions['ended']
  now: () => Date
  clock: () => number
  randomName: () => string
  /** Whether waiting for the next time keeps the process alive. */
  alive: boolean
}

/**
 * Collects garbage and reads blobs through, again and again, as `storage.maintenance` has it; nothing of it where that is read-only.
 *
 * @returns what ends it
 */
export function maintain({ storage, policy }: Pick<Config, 'storage' | 'policy'>, options: MaintainOptions): () => Promise<void> {
  const { maintenance } = storage
  const { log, metrics, alive } = options
  const { garbagecollect, scrub, readonly } = maintenance
  const wanted = { garbagecollect: garbagecollect.enabled, scrub: scrub.enabled }
  if (readonly.enabled) {
    const still = Object.entries(wanted).flatMap(([name, enabled]) => (enabled ? [`storage.maintenance.${name}`] : []))
    if (still.length > 0)
      log.warn('storage.maintenance.readonly is enabled: until it is not, others stand still here', { still: still.join(' ') })
    return async () => {}
  }
  const surroundings = {
    ...options,
    random: Math.random,
    sleep: (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal, ref: alive }),
  }
  const counted = policy.quotas.map(({ prefix }) => prefix)
  const ends = [
    wanted.garbagecollect
      ? collectRegularly({ ...surroundings, maintenance, counted, metrics: metrics?.collection, ended: options.collected })
      : undefined,
    wanted.scrub ? scrubRegularly({ ...surroundings, settings: scrub, metrics: metrics?.scrub }) : undefined,
  ]
  return async () => void (await Promise.all(ends.map(end => end?.())))
}
