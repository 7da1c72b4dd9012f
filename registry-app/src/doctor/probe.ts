import type { Facts } from './facts.ts'
import type { Patient } from './patient.ts'

/** One question to a store. */
export interface Probe {
  /** A word or three: stands first on the probe's line, and names it in JSON. */
  readonly name: string
  /**
   * What it means to a registry if the store cannot do this, as the end of a sentence such as "each key costs a request".
   *
   * @default - no registry can do without
   */
  readonly without?: string | ((facts: Facts) => string | undefined)
  /** Where the answer is bad, the following questions have none. */
  readonly first?: true
  /** @throws whatever the store says; that counts as its not being able to */
  ask(patient: Patient): Promise<Finding>
}

/**
 * - `good`: as a registry likes it
 * - `lacking`: a registry runs, with what the sentence says
 * - `bad`: no registry runs, or not with this configuration
 * - `skipped`: there was nothing to ask
 */
export type Verdict = 'good' | 'lacking' | 'bad' | 'skipped'

export interface Finding {
  readonly verdict: Verdict
  /** What was seen, in a sentence without a full stop. */
  readonly says: string
  readonly facts?: Partial<Facts>
  /** It is the configuration that is bad, and the facts have the right one: there is more to ask. */
  readonly mended?: true
}

export const good = (says: string, facts?: Partial<Facts>): Finding => finding('good', says, facts)
export const lacking = (says: string, facts?: Partial<Facts>): Finding => finding('lacking', says, facts)
export const bad = (says: string, facts?: Partial<Facts>): Finding => finding('bad', says, facts)
export const misconfigured = (says: string, facts: Partial<Facts>): Finding => ({ ...bad(says, facts), mended: true })
export const skipped = (says: string): Finding => finding('skipped', says)

const finding = (verdict: Verdict, says: string, facts?: Partial<Facts>): Finding => ({ verdict, says, ...(facts && { facts }) })

/** Something that must hold for the store to have answered rightly. @throws Error with `otherwise` if it does not */
export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}
