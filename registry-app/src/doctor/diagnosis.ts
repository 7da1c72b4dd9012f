import { stringify } from 'yaml'
import { recommendedChanges, type SettingsInForce } from './changes.ts'
import { isHealthy, type Report, type Result } from './report.ts'

/** What is to be remembered, and shown, of an examination. */
export interface Diagnosis {
  /** When it had ended; milliseconds since 1970. */
  readonly at: number
  /** `lacking`: a registry runs, with what the findings say. `bad`: none does, or not with this configuration. */
  readonly verdict: 'good' | 'lacking' | 'bad'
  /** How many questions there were, how many of them have a good answer, and how many had no sense any more. */
  readonly questions: number
  readonly good: number
  readonly unasked: number
  /** Those that are not good. */
  readonly findings: readonly Pick<Result, 'name' | 'verdict' | 'says'>[]
  /** What the configuration should have otherwise, in YAML. Absent: it is as is recommended. */
  readonly settings?: string | undefined
}

/** @param at milliseconds since 1970 @param inForce what is configured beyond the target */
export function diagnose(report: Report, at: number, inForce: SettingsInForce): Diagnosis {
  const { results, unasked } = report
  const findings = results
    .filter(({ verdict }) => verdict === 'lacking' || verdict === 'bad')
    .map(({ name, verdict, says }) => ({ name, verdict, says }))
  const changes = recommendedChanges(report, inForce)
  return {
    at,
    verdict: !isHealthy(report) ? 'bad' : findings.length > 0 ? 'lacking' : 'good',
    questions: results.length + unasked,
    good: results.filter(({ verdict }) => verdict === 'good').length,
    unasked,
    findings,
    settings: changes && stringify({ storage: changes }, { lineWidth: 0 }),
  }
}
