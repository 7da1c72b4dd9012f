import type { StorageDriver } from '../storage/driver.ts'
import { probe } from './checks.ts'
import type { Health } from './health.ts'
import type { Log } from './log.ts'

/** One line of `/readyz`. Anybody may read it: it tells no secret, and nothing of the inside. */
export interface ReadyCheck {
  readonly name: string
  look(): Finding | Promise<Finding>
}

export interface Finding {
  /** What is `failed` makes the registry not ready; a `warning` does not. */
  readonly state: 'ok' | 'warning' | 'failed'
  readonly detail?: string
}

/** The storage answers, asked just now. */
export const storageReady = (driver: StorageDriver, log: Log): ReadyCheck => ({
  name: 'storage',
  async look() {
    try {
      await probe(driver)
      return { state: 'ok' }
    } catch (error) {
      log.warn('the storage does not answer', { error })
      return { state: 'failed', detail: 'the storage does not answer; the log says why' }
    }
  },
})

/** What the `health` section watches passes, as of the last look. */
export const healthReady = ({ watched, healthy }: Health): ReadyCheck => ({
  name: 'health',
  look() {
    if (healthy()) return { state: 'ok', detail: `${watched.length} checks pass` }
    const failing = watched.filter(({ failure }) => failure !== undefined).length
    return {
      state: 'failed',
      detail: `${failing} of ${watched.length} checks fail; the log says which, and /debug/health where there is one`,
    }
  },
})

export type Found = Finding & { readonly name: string }

/** All of them, looked at just now. One that cannot even look has failed. */
export const findingsOf = (checks: readonly ReadyCheck[]): Promise<readonly Found[]> =>
  Promise.all(
    checks.map(async ({ name, look }): Promise<Found> => {
      try {
        return { name, ...(await look()) }
      } catch {
        return { name, state: 'failed', detail: 'it could not be looked at' }
      }
    }),
  )
