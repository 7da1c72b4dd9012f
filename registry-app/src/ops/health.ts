import { secretPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { Log } from './log.ts'

/** Asks for one object, there or not: any answer will do. */
export async function probe(driver: StorageDriver): Promise<void> {
  await driver.stat(secretPath, { signal: AbortSignal.timeout(5000) })
}

export interface WatchOptions {
  /** Milliseconds (`health.storagedriver.interval`). */
  interval: number
  /** So many failures in a row make the registry unhealthy; 0: the first one. */
  threshold: number
  log: Log
}

/** Asks the storage again and again (`health.storagedriver`). @returns whether it may be relied upon, as of the last time */
export function watchStorage(driver: StorageDriver, { interval, threshold, log }: WatchOptions): () => boolean {
  let failures = 0
  const timer = setInterval(async () => {
    try {
      await probe(driver)
      failures = 0
    } catch (error) {
      failures += 1
      log.warn('the storage does not answer', { failures, error })
    }
  }, interval)
  timer.unref()
  return () => failures < Math.max(1, threshold)
}
