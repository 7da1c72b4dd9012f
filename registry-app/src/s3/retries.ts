import { S3Error } from './errors.ts'
import type { RetryLimits, Surroundings } from './options.ts'
import { retryBudget } from './retry-budget.ts'

/** Does something again that failed in a way that passes. */
export interface Retries {
  /**
   * @param after an earlier failure, which counts as the first attempt
   * @throws what the last attempt threw
   */
  run<Result>(
    attempt: (attempt: Attempt) => Promise<Result>,
    options: { signal: AbortSignal | undefined; after: S3Error | undefined },
  ): Promise<Result>
}

/** What one attempt is told. */
export interface Attempt {
  /** From 1. */
  readonly number: number
  /** For how long the store may say nothing, in milliseconds. */
  readonly patience: number
  /** To be called when the store has taken a piece of the body: while it takes any, it is there, and that time does not count. */
  moved(): void
}

/** The first wait, in milliseconds, doubled for each that follows. */
const firstWait: Readonly<Record<NonNullable<S3Error['retry']>, number>> = { broken: 100, timeout: 100, throttled: 500, denied: 100 }
const longestWait = 10_000
/** However short the time, a store far away is given so long. */
const leastPatience = 1000

/**
 * For how long a store may be silent at first, in milliseconds: half of the time, so that a connection which died in silence, as those do that a
 * firewall has forgotten, leaves enough for another one. Later attempts have what is left.
 */
export const firstPatience = (time: number): number => Math.max(leastPatience, time / 2)

/**
 * Waits with full jitter: anything between nothing and the exponential back-off, so that clients that failed together do not come back together.
 *
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export function retries({ attempts, time }: RetryLimits, { clock, random, sleep }: Surroundings): Retries {
  const budget = retryBudget()

  return {
    async run(attempt, { signal, after }) {
      let deadline = clock() + time
      let failure = after
      let cost: number | undefined
      let denied = 0

      for (let number = failure ? 2 : 1; ; number++) {
        if (failure) {
          const wait = waitFor(failure, number - 1, random)
          if (failure.retry === 'denied') denied += 1
          if (!failure.retry || denied > 1 || number > attempts || clock() + wait > deadline) throw failure
          cost = budget.take(failure.retry === 'timeout')
          if (cost === undefined) throw failure
          await sleep(wait, signal)
        }
        const begun = clock()
        let moved = begun
        const patience = number === 1 ? firstPatience(time) : Math.max(leastPatience, deadline - begun)
        try {
          const result = await attempt({
            number,
            patience,
            moved: () => {
              moved = clock()
            },
          })
          budget.give(cost)
          return result
        } catch (error) {
          if (!(error instanceof S3Error)) throw error
          failure = error
          deadline += moved - begun
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
