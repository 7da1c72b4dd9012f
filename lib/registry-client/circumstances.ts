import { setTimeout as sleep } from 'node:timers/promises'

/** Time and chance. */
export interface Circumstances {
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export const realCircumstances: Circumstances = {
  sleep: async (milliseconds, signal) => void (await sleep(milliseconds, undefined, { signal })),
  random: Math.random,
  now: Date.now,
}

/** How often something is tried that may pass, by somebody who waits for it: with the waits between, some minutes. */
export const patientAttempts = 8
