import { UpstreamError } from './upstream-error.ts'

/** Leaves an upstream in peace that asked for it, or that did not answer a moment ago. */
export interface HoldOff {
  /** @throws UpstreamError of the failure after which it is left in peace, with what is left of the time */
  check(): void
  failed(error: UnansweredFor): void
}

type UnansweredFor = { readonly error: UpstreamError; readonly for: number }

/** @param now milliseconds since 1970 */
export function holdOff(now: () => number): HoldOff {
  let until = 0
  let last: UpstreamError | undefined
  return {
    check() {
      const left = until - now()
      if (!last || left <= 0) return
      throw new UpstreamError(last.failure, last.message, { cause: last, retryAfter: Math.ceil(left / 1000) })
    },
    failed({ error, for: milliseconds }) {
      const end = now() + milliseconds
      if (end < until) return
      until = end
      last = error
    },
  }
}
