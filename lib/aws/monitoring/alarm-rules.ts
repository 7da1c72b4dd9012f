import type { HostMetrics } from '../host/host.ts'
import type { LogMetric } from './log-metrics.ts'

export interface AlarmRule {
  readonly id: string
  readonly metric: LogMetric | keyof HostMetrics | 'managedCertificateDays'
  /** What is as much as this, or more, is an alarm; with `below`, what is less. */
  readonly threshold: number
  readonly below?: true
  /** Whether it is an alarm, too, when nobody measures. */
  readonly silence?: true
  /** How many periods of the metric in a row. */
  readonly periods: number
  readonly says: string
  /** The paragraph that says what to do. */
  readonly runbook: `docs/operations.md#${string}`
}

/** What somebody should be told, and when. */
export const alarmRules: readonly AlarmRule[] = [
  {
    id: 'RequestsFail',
    metric: 'errors',
    threshold: 5,
    periods: 1,
    says: 'five errors or more in five minutes.',
    runbook: 'docs/operations.md#requests-fail',
  },
  {
    id: 'StoreIsAway',
    metric: 'storeErrors',
    threshold: 3,
    periods: 1,
    says: 'the store of the images did not answer three times in five minutes.',
    runbook: 'docs/operations.md#the-store-is-away',
  },
  {
    id: 'BalancerFails',
    metric: 'balancerErrors',
    threshold: 5,
    periods: 1,
    says: 'five requests or more in five minutes were answered by the load balancer itself, with 5xx.',
    runbook: 'docs/operations.md#the-load-balancer-fails',
  },
  {
    id: 'DoesNotAnswer',
    metric: 'unhealthy',
    threshold: 1,
    silence: true,
    periods: 5,
    says: 'a host has not answered for five minutes.',
    runbook: 'docs/operations.md#it-does-not-answer',
  },
  {
    id: 'Slow',
    metric: 'latency',
    threshold: 2,
    periods: 3,
    says: 'every second answer that was measured began after more than two seconds, for a quarter of an hour.',
    runbook: 'docs/operations.md#it-is-slow',
  },
  {
    id: 'CertificateEnds',
    metric: 'managedCertificateDays',
    threshold: 21,
    below: true,
    periods: 1,
    says: 'the certificate ends within three weeks.',
    runbook: 'docs/operations.md#a-certificate-ends',
  },
  {
    id: 'CertificateWarning',
    metric: 'certificateWarnings',
    threshold: 1,
    periods: 1,
    says: 'the registry warns of its certificate, or got no new one.',
    runbook: 'docs/operations.md#a-certificate-ends',
  },
  {
    id: 'PasswordsAreRefused',
    metric: 'refusedSignIns',
    threshold: 50,
    periods: 1,
    says: 'fifty sign-ins or more were refused in five minutes.',
    runbook: 'docs/operations.md#passwords-are-refused',
  },
]
