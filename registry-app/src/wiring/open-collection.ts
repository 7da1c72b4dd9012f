import { setTimeout as sleep } from 'node:timers/promises'
import { elapsed } from '../concurrency/elapsed.ts'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import { type Reliances, reliances } from '../registry/condemned/reliance.ts'
import type { Timings } from '../registry/condemned/timings.ts'
import type { StorageDriver } from '../storage/driver.ts'

type Storage = Config['storage']

/** `storage.maintenance.garbagecollect`, with what follows from `grace`. */
export function collectionTimings({ garbagecollect: { grace, viewage, window, batchtime, margin } }: Storage['maintenance']): Timings {
  return { grace, viewage, window: window ?? grace / 2, batchtime, margin }
}

/** How long this process believes what it saw of blobs: `storage.cache.vouchfor`, and less where garbage is collected sooner. Milliseconds. */
export const believedFor = ({ cache, maintenance }: Storage) => Math.min(cache.vouchfor, maintenance.garbagecollect.grace / 8)

/** What everybody who writes goes by, whether garbage is collected by this process, another one, or nobody. */
export function openReliances(
  storage: Storage,
  surroundings: { driver: StorageDriver; log: Log; now: () => Date; randomName: () => string },
): Reliances {
  const { driver, log, now, randomName } = surroundings
  return reliances({
    driver,
    timings: collectionTimings(storage.maintenance),
    believedFor: believedFor(storage),
    clock: elapsed(() => performance.now(), now),
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    randomName,
    warn: message => log.error(message),
  })
}

/** Requests of a collector to the store at the same time: those that clients wait for have to get through. */
export const collectorsBreadth = 8
