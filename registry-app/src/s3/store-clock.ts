import type { S3Error } from './errors.ts'

/** A signature is refused when its time is more than a quarter of an hour away from the store's. */
const tolerated = 15 * 60_000

/** The time by which requests are signed: ours, until the store shows that it has another. */
export interface StoreClock {
  now(): Date
  /** Sets it by a refusal that came of its time. @returns whether that was so, and the call deserves another try */
  follow(error: S3Error): boolean
}

export function storeClock(now: () => Date): StoreClock {
  let ahead = 0
  const theirs = () => new Date(now().getTime() + ahead)
  return {
    now: theirs,
    follow({ code, status, serverTime }) {
      if (!serverTime) return false
      const difference = serverTime.getTime() - theirs().getTime()
      // After HEAD there is no code.
      const refused = code === 'RequestTimeTooSkewed' || (status === 403 && Math.abs(difference) > tolerated)
      // Half a minute is not why: setting it again would change nothing.
      if (!refused || Math.abs(difference) < 30_000) return false
      ahead += difference
      return true
    },
  }
}
