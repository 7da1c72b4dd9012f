import { Duration, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Dashboard, GraphWidget, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { publicAddress } from '../../public-address.ts'
import type { HostMetrics } from '../host/host.ts'
import { type AlarmRule, alarmRules } from './alarm-rules.ts'
import type { LogMetric } from './log-metrics.ts'

export interface MonitoringOptions {
  /** Whom alarms are mailed to. @default - nobody */
  readonly email?: string | undefined
  /** A topic that alarms are sent to. @default - one is made if there is an address */
  readonly topicArn?: string | undefined
  /** A certificate of AWS Certificate Manager, whose days are watched. @default - the registry has its own, and logs what is wrong with it */
  readonly certificateArn?: string | undefined
}

export type RegistryMetrics = HostMetrics & Readonly<Record<LogMetric, Metric>>

export interface MonitoringProps extends MonitoringOptions {
  readonly name: string
  readonly metrics: RegistryMetrics
}

/** What there is of it, by the names that the rules have. */
type Watched = Partial<Record<AlarmRule['metric'], Metric | undefined>>

/** Alarms, of which each names the paragraph that says what to do, and a dashboard. */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[]

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id)
    const { name, certificateArn } = props
    const metrics: Watched = { ...props.metrics, ...(certificateArn === undefined ? {} : certificateOf(certificateArn)) }
    const topic = this.#topic(props)
    this.alarms = alarmRules.flatMap(rule => {
      const metric = metrics[rule.metric]
      if (metric === undefined) return []
      const alarm = new Alarm(this, rule.id, {
        metric,
        threshold: rule.threshold,
        comparisonOperator: rule.below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: rule.periods,
        datapointsToAlarm: rule.periods,
        treatMissingData: rule.silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
        alarmDescription: `bucket-registry ${name}: ${rule.says} What to do: ${publicAddress(rule.runbook)}`,
      })
      if (topic) {
        alarm.addAlarmAction(new SnsAction(topic))
        alarm.addOkAction(new SnsAction(topic))
      }
      return [alarm]
    })
    this.#dashboard(name, metrics)
  }

  #topic({ email, topicArn }: MonitoringOptions): ITopic | undefined {
    const given = topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Given', topicArn)
    if (email === undefined) return given
    const topic = given ?? new Topic(this, 'Topic', { enforceSSL: true })
    if (topic instanceof Topic) topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'))
    topic.addSubscription(new EmailSubscription(email))
    return topic
  }

  #dashboard(name: string, metrics: Watched): void {
    const graph = (title: string, ...left: readonly (Metric | undefined)[]) => {
      const shown = left.filter(metric => metric !== undefined)
      return shown.length === 0 ? [] : [new GraphWidget({ title, left: shown, width: 12 })]
    }
    const graphs = [
      ...graph('Requests that fail', metrics.errors, metrics.storeErrors, metrics.balancerErrors),
      ...graph('Seconds until an answer begins (median)', metrics.latency),
      ...graph('Hosts that do not answer', metrics.unhealthy),
      ...graph('Processor and memory, in percent', metrics.cpu, metrics.memory),
      ...graph('Sign-ins that were refused', metrics.refusedSignIns),
      ...graph('Certificate', metrics.managedCertificateDays ?? metrics.certificateDays ?? metrics.certificateWarnings),
    ]
    // Named for its region too: dashboards are the account's.
    new Dashboard(this, 'Dashboard', { dashboardName: `registry-${name}-${Stack.of(this).region}`, widgets: [graphs] })
  }
}

/** Where the registry has no certificate of its own, its log has nothing to say of one. */
const certificateOf = (certificateArn: string): Watched => ({
  certificateWarnings: undefined,
  managedCertificateDays: new Metric({
    namespace: 'AWS/CertificateManager',
    metricName: 'DaysToExpiry',
    dimensionsMap: { CertificateArn: certificateArn },
    statistic: 'Minimum',
    period: Duration.days(1),
  }),
})
