export interface PacerOptions {
  /** Bytes a second. */
  readonly rate: number
  /** Milliseconds. */
  readonly clock: () => number
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>
  readonly signal?: AbortSignal | undefined
}

/** What was not used for longer than this is gone: a pause is followed by no rush. Milliseconds. */
const burst = 1000
/** Shorter pauses are gathered: a timer is not that exact. Milliseconds. */
const worthAPause = 50

/**
 * Lets so many bytes pass in a second, and no more.
 *
 * @returns to be told of bytes that were read; to be waited for before the next ones are
 */
export function pacer({ rate, clock, sleep, signal }: PacerOptions): (bytes: number) => Promise<void> {
  let paid = clock()
  return async bytes => {
    const now = clock()
    paid = Math.max(paid, now - burst) + (bytes / rate) * 1000
    if (paid - now >= worthAPause) await sleep(paid - now, signal)
  }
}
