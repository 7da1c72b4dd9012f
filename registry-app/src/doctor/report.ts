import type { Facts } from './facts.ts'
import type { Finding } from './probe.ts'
import type { Target } from './target.ts'

/** What came of one question. */
export interface Result extends Pick<Finding, 'verdict' | 'says'> {
  readonly name: string
  readonly milliseconds: number
}

/** What came of all of them. */
export interface Report {
  readonly target: Target
  readonly results: readonly Result[]
  readonly facts: Facts
  /** How many questions had no sense any more. */
  readonly unasked: number
}

/** Whether a registry can use the bucket as it is configured. */
export const isHealthy = ({ results, unasked }: Report): boolean => unasked === 0 && results.every(({ verdict }) => verdict !== 'bad')
