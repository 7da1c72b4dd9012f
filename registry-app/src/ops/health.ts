import type { Check } from './checks.ts'
import type { Log } from './log.ts'

export interface WatchOptions {
  /** Milliseconds between two looks. */
  interval: number
  /** So many failures in a row make the check fail; 0: the first one. */
  threshold: number
  log: Log
}

/** One check of the `health` section, as of the last look. */
export interface Watched {
  readonly name: string
  /** Why it fails; `undefined` while it passes, and until it was looked at. */
  readonly failure: string | undefined
}

/** Looks again and again. */
export function watch(check: Check, { interval, threshold, log }: WatchOptions): Watched {
  let failures = 0
  let failure: string | undefined
  const look = async () => {
    try {
      await check.look()
      if (failures > 0) log.info('a health check passes again', { check: check.name, failures })
      failures = 0
    } catch (error) {
      failures += 1
      failure = error instanceof Error ? error.message : String(error)
      log.warn('a health check failed', { check: check.name, failures, error })
    }
  }
  setInterval(look, interval).unref()
  return {
    name: check.name,
    get failure() {
      return failures >= Math.max(1, threshold) ? failure : undefined
    },
  }
}

/** All that is watched. */
export interface Health {
  readonly watched: readonly Watched[]
  /** Whether every check passes: asked by each request. */
  healthy(): boolean
}

export const healthOf = (watched: readonly Watched[]): Health => ({
  watched,
  healthy: () => watched.every(({ failure }) => failure === undefined),
})
