import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'
import { grantImages, type ImagesGrant } from './bucket/grant-images.ts'
import type { HostNetwork, HostProps, HostTarget, RegistryHost, RegistryProcess } from './host/host.ts'
import { LogMetrics } from './monitoring/log-metrics.ts'
import { Monitoring, type MonitoringOptions } from './monitoring/monitoring.ts'

export interface RunningRegistryProps {
  /** What it is called among others: in the namespace of its metrics, and on its dashboard. */
  readonly name: string
  readonly process: RegistryProcess
  readonly network: HostNetwork
  readonly domain?: string | undefined
  /** Makes the host that runs it. */
  readonly host: (scope: Construct, props: HostProps) => RegistryHost
  /** The bucket that the host's role opens. @default - keys open it */
  readonly images?: ImagesGrant | undefined
  /** Where records for the domain are made. @default - nothing makes them */
  readonly zone?: IHostedZone | undefined
  /** How long others remember a record with an address, in seconds. @default 300 */
  readonly ttl?: number | undefined
  /** For how many days the log is kept. */
  readonly logDays: number
  /** @default - no dashboard and no alarms */
  readonly monitoring?: MonitoringOptions | undefined
}

/** A registry that runs: a host, its log, what it may do to the bucket, its records, and who watches it. */
export class RunningRegistry extends Construct {
  readonly host: RegistryHost
  readonly logGroup: ILogGroup
  readonly logMetrics: LogMetrics

  constructor(scope: Construct, id: string, props: RunningRegistryProps) {
    super(scope, id)
    const { name, process, network, domain, host, images, zone, ttl = 300, logDays, monitoring } = props
    this.logGroup = new LogGroup(this, 'Log', { retention: logDays as RetentionDays, removalPolicy: RemovalPolicy.DESTROY })
    this.host = host(this, { process, network, logGroup: this.logGroup, ...(domain === undefined ? {} : { domain }) })
    if (images) grantImages(this.host, images)
    if (zone && domain !== undefined && this.host.target) this.#records(zone, domain, this.host.target, ttl)
    this.logMetrics = new LogMetrics(this, 'Metrics', { logGroup: this.logGroup, name })
    if (monitoring) {
      const watch = new Monitoring(this, 'Monitoring', { ...monitoring, name, metrics: { ...this.logMetrics.all, ...this.host.metrics } })
      // Silence is an alarm; it is none while the first host starts.
      watch.node.addDependency(this.host)
    }
  }

  #records(zone: IHostedZone, domain: string, target: HostTarget, ttl: number): void {
    // With a dot at its end it is the whole name, and not one below the zone.
    const common = { zone, recordName: `${domain}.` }
    if ('alias' in target) {
      const alias = RecordTarget.fromAlias(target.alias)
      new ARecord(this, 'A', { ...common, target: alias })
      if (target.ipv6) new AaaaRecord(this, 'Aaaa', { ...common, target: alias })
      return
    }
    const life = { ttl: Duration.seconds(ttl) }
    const record = new ARecord(this, 'A', { ...common, ...life, target: RecordTarget.fromIpAddresses(target.ipv4) })
    // A certificate authority that is asked by the first instance looks the name up, and remembers for long that there was none.
    this.host.node.addDependency(record)
    Validations.of(record).acknowledge({ id: 'CloudFormation-Validate::E3023', reason: 'The address is known when it is deployed.' })
    if (target.ipv6 !== undefined) new AaaaRecord(this, 'Aaaa', { ...common, ...life, target: RecordTarget.fromIpAddresses(target.ipv6) })
  }
}
