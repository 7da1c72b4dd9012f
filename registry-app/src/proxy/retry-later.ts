import { parseRetryAfter } from '../concurrency/retry-after.ts'
import type { Answer } from './exchange.ts'
import { UpstreamError } from './upstream-error.ts'

/** Whoever limits us and does not say for how long is left in peace for so many seconds. */
const usual = 60

/**
 * An answer that says that another time is better, as an error with that time.
 *
 * @param who gives it, as the log calls him
 * @returns `undefined` for any other answer
 */
export function retryLater({ status, headers }: Answer, who: string, now: Date): UpstreamError | undefined {
  if (status !== 429 && status < 500) return undefined
  const wait = parseRetryAfter(headers['retry-after'], now)
  const retryAfter = wait === undefined ? undefined : Math.ceil(wait / 1000)
  if (status === 429) return new UpstreamError('limited', `${who} answers 429: it was asked too often`, { retryAfter: retryAfter ?? usual })
  return new UpstreamError('away', `${who} answers ${status}`, { retryAfter })
}
