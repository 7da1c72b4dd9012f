import type { Counter, MetricSet } from './metric-set.ts'

/** Who was not let in, by reason: `missing` (nothing was said), `invalid` (a wrong password or token), `denied` (somebody who may not). */
export type AuthFailure = 'missing' | 'invalid' | 'denied'

/** To be called by whoever asks for names and passwords. */
export function authMetrics(set: MetricSet): (reason: AuthFailure) => void {
  const failures = set.counter('registry_auth_failures_total', 'Requests that were not let in, by reason: missing, invalid or denied.', [
    'reason',
  ])
  const known: Record<AuthFailure, Counter> = { missing: failures('missing'), invalid: failures('invalid'), denied: failures('denied') }
  return reason => known[reason].add()
}
