import type { Reply } from '../api/reply.ts'
import { secretPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { Log } from './log.ts'

/** How long an answer of the storage is believed: however many ask `/readyz`, it is asked once a second. */
const believedFor = 1000

/**
 * `/healthz`: the process is alive. What platforms ask: a storage that is away for ten minutes must not restart every replica.
 * `/readyz`: it can serve, the storage answers. For people and alarms.
 */
export function healthPages(driver: StorageDriver, clock: () => number): Map<string, () => Promise<Reply>> {
  let asked = Number.NEGATIVE_INFINITY
  let answer: Promise<Reply> | undefined

  const ready = () => {
    if (!answer || clock() - asked > believedFor) {
      asked = clock()
      answer = probe(driver).then(
        () => text(200, 'ready'),
        () => text(503, 'the storage does not answer; the log says why'),
      )
    }
    return answer
  }

  return new Map([
    ['/healthz', async () => text(200, 'ok')],
    ['/readyz', ready],
  ])
}

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

const text = (status: number, line: string): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: `${line}\n`,
})
