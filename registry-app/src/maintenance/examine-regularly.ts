import { parseDuration } from '../config/duration.ts'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import { doctorPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { Examinations } from '../ui/examinations.ts'
import { firstRun, nextRun, type RegularSurroundings, regularly } from './regularly.ts'

export interface ExamineRegularlyOptions extends RegularSurroundings {
  readonly driver: StorageDriver
  readonly examinations: Pick<Examinations, 'make' | 'lastBegun'>
  readonly settings: Config['ui']['doctor']
  readonly log: Log
}

/** A registry that starts has better to do, and one that starts again and again examines nothing. Milliseconds. */
const atLeast = 10 * 60_000

/**
 * Has the doctor look at the bucket while the registry serves (`ui.doctor`), in one replica at a time, and never before it has run for ten minutes.
 *
 * @returns what ends it
 */
export function examineRegularly(options: ExamineRegularlyOptions): () => Promise<void> {
  const { driver, examinations, settings, log, now, random, sleep } = options
  const { schedule } = settings
  const stopping = new AbortController()
  const { signal } = stopping

  async function keepOn() {
    // Replicas that start together do not look together.
    await sleep(atLeast * (1 + random() / 2), signal).catch(() => {})
    if (signal.aborted) return
    const first = firstRun(now().getTime(), parseDuration(schedule), random)
    const due = async () => nextRun(schedule, await examinations.lastBegun(signal), first)
    const failed = (error: unknown) => log.error('examining the bucket failed', { error })
    await regularly({ ...options, driver, folder: `${doctorPath}lease/`, due, run: examinations.make, failed }, signal)
  }

  const ended = keepOn().catch(error => log.error('the bucket is not examined by this process', { error }))
  return async () => {
    stopping.abort(new Error('the registry stops'))
    await ended
  }
}
