/** How long is long, to garbage collection and to whoever writes beside it (`storage.maintenance.garbagecollect`, `docs/garbage-collection.md`). Milliseconds. */
export interface Timings {
  /** Between condemning and sweeping: G. */
  readonly grace: number
  /** How old a writer's view of the condemned lists may be; less than half of the grace: R. */
  readonly viewage: number
  /** How long after the beginning of the second mark a run may still delete; at most three quarters of the grace: D. */
  readonly window: number
  /** How long one announced batch of deletes is valid: d. */
  readonly batchtime: number
  /** How long a store may take to carry out what it accepted, and how far its clocks may be apart: M. */
  readonly margin: number
}
