import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

export interface LogMetricsProps {
  readonly logGroup: ILogGroup
  readonly name: string
}

export type LogMetric = 'errors' | 'storeErrors' | 'refusedSignIns' | 'certificateWarnings'

/**
 * What the registry's log says, as metrics of CloudWatch: no agent reads it, and nothing is paid but the metrics.
 *
 * By `level` and `msg` alone: a filter cannot name a field with dots in its name, as those of requests have. For each request that fails there
 * is a line of level `error`.
 */
export class LogMetrics extends Construct {
  readonly all: Readonly<Record<LogMetric, Metric>>

  constructor(scope: Construct, id: string, { logGroup, name }: LogMetricsProps) {
    super(scope, id)
    const metricNamespace = `bucket-registry/${name}`
    const count = (metricName: string, filterPattern: IFilterPattern) => {
      new MetricFilter(this, metricName, { logGroup, metricNamespace, metricName, filterPattern, metricValue: '1', defaultValue: 0 })
      return new Metric({ namespace: metricNamespace, metricName, statistic: 'Sum', period: Duration.minutes(5) })
    }
    this.all = {
      errors: count('Errors', logPatterns.errors),
      storeErrors: count('StoreErrors', logPatterns.storeErrors),
      refusedSignIns: count('RefusedSignIns', logPatterns.refusedSignIns),
      certificateWarnings: count('CertificateWarnings', logPatterns.certificateWarnings),
    }
  }
}

const message = (text: string) => FilterPattern.stringValue('$.msg', '=', text)

/** Which lines count for what. */
const logPatterns: Readonly<Record<LogMetric, IFilterPattern>> = {
  errors: FilterPattern.stringValue('$.level', '=', 'error'),
  // The registry's own word to clients where the store does not answer (its table of errors: UNAVAILABLE).
  storeErrors: FilterPattern.all(FilterPattern.stringValue('$.level', '=', 'error'), message('service unavailable')),
  refusedSignIns: message('sign-in refused'),
  certificateWarnings: FilterPattern.any(
    message('the certificate for *'),
    message('no certificate for *'),
    message('no new certificate for *'),
  ),
}
