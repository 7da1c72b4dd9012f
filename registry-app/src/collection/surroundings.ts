import type { Timings } from '../registry/condemned/timings.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** What every step of garbage collection needs. */
export interface Surroundings {
  readonly driver: StorageDriver
  readonly timings: Timings
  /** Requests to the store at the same time. */
  readonly breadth: number
  /** Never the same twice, in any process. */
  readonly randomName: () => string
  readonly signal?: AbortSignal | undefined
  /** Told how far it is. */
  readonly progress: (message: string, facts: Readonly<Record<string, string | number | boolean>>) => void
  /** For tests: what happens without a rule. */
  readonly without?: { readonly [Rule in CollectorsRule]?: boolean } | undefined
}

export type CollectorsRule =
  | 'wait'
  | 'secondMark'
  | 'announcement'
  | 'readRescues'
  | 'deadline'
  | 'deadlineFromMark'
  | 'staying'
  | 'parentsFirst'
  | 'records'
