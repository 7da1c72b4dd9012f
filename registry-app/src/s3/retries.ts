import { S3Error } from './errors.ts'
import type { RetryLimits, Surroundings } from './options.ts'
import { retryBudget } from './retry-budget.ts'

/** Does something again that failed in a way that passes. */
export interface Retries {
  /**
   * @param attempt is told its number, from 1
   * @param after an earlier failure, which counts as the first attempt
   * @throws what the last attempt threw
   */
  run<Result>(
    attempt: (number: number) => Promise<Result>,
    options: { signal: AbortSignal | undefined; after: S3Error | undefined },
  ): Promise<Result>
}

/** The first wait, in milliseconds, doubled for each that follows. */
const firstWait: Readonly<Record<NonNullable<S3Error['retry']>, number>> = { broken: 100, timeout: 100, throttled: 500 }
const longestWait = 10_000

/**
 * Waits with full jitter: anything between nothing and the exponential back-off, so that clients that failed together do not come back together.
 *
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export function retries({ attempts, time }: RetryLimits, { now, random, sleep }: Surroundings): Retries {
  const budget = retryBudget()

  return {
    async run(attempt, { signal, after }) {
      const deadline = now().getTime() + time
      let failure = after
      let cost: number | undefined

      for (let number = failure ? 2 : 1; ; number++) {
        if (failure) {
          const wait = waitFor(failure, number - 1, random)
          if (!failure.retry || number > attempts || now().getTime() + wait > deadline) throw failure
          cost = budget.take(failure.retry === 'timeout')
          if (cost === undefined) throw failure
          await sleep(wait, signal)
        }
        try {
          const result = await attempt(number)
          budget.give(cost)
          return result
        } catch (error) {
          if (!(error instanceof S3Error)) throw error
          failure = error
        }
      }
    },
  }
}

/** Milliseconds before the attempt after this one; never less than the store asked for. */
function waitFor({ retry, retryAfter = 0 }: S3Error, failed: number, random: () => number): number {
  const most = Math.min(longestWait, firstWait[retry ?? 'broken'] * 2 ** (failed - 1))
  return Math.max(random() * most, retryAfter * 1000)
}
