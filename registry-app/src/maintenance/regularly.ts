import { Cron } from 'croner'
import { parseDuration } from '../config/duration.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { createLease } from '../storage/lease.ts'

/** What such work takes from the process that it is in. */
export interface RegularSurroundings {
  readonly now: () => Date
  /** Milliseconds, of this process alone. */
  readonly clock: () => number
  readonly random: () => number
  readonly randomName: () => string
  /** Rejects when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

export interface RegularlyOptions extends RegularSurroundings {
  readonly driver: StorageDriver
  /** Of the lease. Ends with a slash. */
  readonly folder: string
  /** When it is to be done next, by what stands in the storage; milliseconds since 1970. */
  readonly due: (signal: AbortSignal) => Promise<number>
  /** @param limit aborted when the registry stops, or somebody else may have taken its turn */
  readonly run: (limit: AbortSignal) => Promise<void>
  readonly failed: (error: unknown) => void
}

/** Between two looks whether somebody else has done it, and after a failure. Milliseconds. */
const again = 60_000
/** Soon after the start, and replicas that start together do not look together. */
const soon = 60_000
const longestSleep = 24 * 3_600_000

/**
 * Does something again and again, in one replica at a time: when it was done last stands in the storage, and so it is done as often as is due however many
 * replicas there are, and however often they start.
 *
 * @returns when the signal is aborted
 */
export async function regularly(options: RegularlyOptions, signal: AbortSignal): Promise<void> {
  const { driver, folder, due, run, failed, now, clock, randomName, sleep } = options
  const lease = createLease({ driver, folder, name: randomName(), sleep, clock })
  const left = async () => (await due(signal)) - now().getTime()

  async function turn(): Promise<number> {
    const wait = await left()
    if (wait > 0) return wait
    const held = await lease.take(signal)
    if (!held) return again
    try {
      const wait = await left()
      if (wait > 0) return wait
      await run(AbortSignal.any([signal, held.lost]))
      return 0
    } finally {
      await held.release()
    }
  }

  while (!signal.aborted) {
    const wait = await turn().catch(error => {
      if (signal.aborted) return 0
      failed(error)
      return again
    })
    if (!signal.aborted && wait > 0) await sleep(Math.min(wait, longestSleep), signal).catch(() => {})
  }
}

/** When to begin what was never done, in milliseconds since 1970. @param interval milliseconds, if that is how the schedule says it */
export const firstRun = (started: number, interval: number | undefined, random: () => number) =>
  started + Math.min(soon, interval ?? 0) * (0.5 + random())

/**
 * When the schedule says so next.
 *
 * @param last when it was done, and `first` when to begin where it never was; milliseconds since 1970
 */
export function nextRun(schedule: string, last: number | undefined, first: number): number {
  const interval = parseDuration(schedule)
  if (interval !== undefined) return last === undefined ? first : Math.max(last + interval, 0)
  const next = new Cron(schedule, { paused: true, timezone: 'UTC' }).nextRun(new Date(last ?? first))
  return next?.getTime() ?? Number.POSITIVE_INFINITY
}
