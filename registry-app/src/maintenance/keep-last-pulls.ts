import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import type { RetentionMetrics } from '../ops/metrics/retention-metrics.ts'
import { type LastPulls, lastPulls } from '../registry/last-pulls.ts'
import { compactPulls, writePulls } from '../registry/pull-records.ts'
import type { StorageDriver } from '../storage/driver.ts'

export interface KeepLastPullsOptions {
  readonly driver: StorageDriver
  readonly policy: Config['policy']
  readonly log: Log
  readonly metrics?: RetentionMetrics | undefined
  readonly now: () => Date
  readonly random: () => number
  readonly randomName: () => string
  /** Rejects when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** For tests. @default 50,000 */
  readonly most?: number
}

/** Tags and manifests that are held in memory until they are written down: some 10 MB. */
const most = 50_000
/** Between two looks whether there are many small objects. Milliseconds. */
const compactEvery = 24 * 3_600_000
/** After a failure. Milliseconds. */
const again = 60_000
/** How long the end may wait for the store. Milliseconds. */
const lastWrite = 5_000

/**
 * Writes down which images were pulled (`policy.lastpulls`): one request each interval, where there was no pull too, and one more a day to see whether there is much
 * to be put together. No request of a client waits for it.
 *
 * @returns whom to tell of pulls, and what ends it: that writes down what is left
 */
export function keepLastPulls(options: KeepLastPullsOptions): { pulls: LastPulls; end: () => Promise<void> } {
  const { driver, policy, log, metrics, now, random, randomName, sleep } = options
  const { interval } = policy.lastpulls
  const stopping = new AbortController()
  let waking = new AbortController()
  const pulls = lastPulls({ now, most: options.most ?? most, crowded: () => waking.abort(new Error('there is much to write')) })
  let compacted = now().getTime()

  async function write(signal?: AbortSignal): Promise<boolean> {
    const taken = pulls.take()
    try {
      await writePulls(driver, taken, { now: now().getTime(), randomName, signal })
      metrics?.pullsWritten('ok')
      return true
    } catch (error) {
      pulls.giveBack(taken)
      metrics?.pullsWritten('failed')
      log.error('which images were pulled cannot be written down (policy.lastpulls)', { error })
      return false
    }
  }

  async function compact() {
    if (now().getTime() - compacted < compactEvery) return
    compacted = now().getTime()
    await compactPulls(driver, { now: compacted, randomName }).catch(error =>
      log.error('what is known of pulls cannot be put together (policy.lastpulls)', { error }),
    )
  }

  async function keepOn() {
    // Replicas that start together do not write together.
    let wait = interval * (0.5 + random() / 2)
    while (!stopping.signal.aborted) {
      waking = new AbortController()
      await sleep(wait, AbortSignal.any([stopping.signal, waking.signal])).catch(() => {})
      if (stopping.signal.aborted) return
      const written = await write()
      wait = written ? interval : Math.min(again, interval)
      if (written) await compact()
    }
  }

  const ended = keepOn()
  return {
    pulls,
    async end() {
      stopping.abort(new Error('the registry stops'))
      await ended
      if (pulls.isEmpty()) return
      await write(AbortSignal.timeout(lastWrite))
    },
  }
}
