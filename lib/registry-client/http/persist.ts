import { formatDuration } from '../../../registry-app/src/config/duration.ts'
import { RegistryFailure } from './failure.ts'

/** How long something is tried. */
export interface Persistence {
  /** The first one counts. */
  readonly attempts: number
  readonly random: () => number
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
}

/** The first wait at most, in milliseconds, doubled for each that follows. */
const firstWait = 500
const longestWait = 30_000
/** Whoever says that he wants to be left in peace for longer than this ends the attempts. */
const mostPatience = 15 * 60_000

/** Does something again that failed in a way that passes, with full jitter, and never sooner than `Retry-After` says. */
export async function persist<Result>(persistence: Persistence, work: () => Promise<Result>): Promise<Result> {
  const { attempts, random, sleep, signal } = persistence
  for (let failed = 1; ; failed++) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (!(error instanceof RegistryFailure) || !error.passing || failed >= attempts) throw error
      const { retryAfter = 0 } = error
      if (retryAfter > mostPatience) {
        throw new RegistryFailure(`${error.message}; it asks to be left in peace for ${formatDuration(retryAfter)}`, { cause: error })
      }
      await sleep(Math.max(retryAfter, random() * Math.min(longestWait, firstWait * 2 ** (failed - 1))), signal)
    }
  }
}
