import { Duration } from 'aws-cdk-lib'
import { type Connections, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import {
  AvailabilityZoneRebalancing,
  AwsLogDriverMode,
  Capability,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  Secret,
} from 'aws-cdk-lib/aws-ecs'
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  HttpCodeElb,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { IPrincipal } from 'aws-cdk-lib/aws-iam'
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'
import type { CdkEnvironment } from '../../environment/environment.ts'
import { registryPort } from '../../environment/registry-config.ts'
import { CollectionJob } from './collection-job.ts'
import type { HostMetrics, HostProps, HostTarget, RegistryHost, RegistryImage, StandbyProcess } from './host.ts'
import { RegistryLoadBalancer } from './load-balancer.ts'
import { StandbyService } from './standby-service.ts'
import { WebAcl } from './web-acl.ts'

type OfEnvironment = Omit<
  Extract<CdkEnvironment['host'], { kind: 'fargate' }>,
  'kind' | 'region' | 'account' | 'architecture' | 'accessLogs' | 'memoryMiB'
>

/** How many tasks of what size: the keys of an environment's `host` section, with its defaults. */
export interface FargateOptions extends OfEnvironment {}

export interface FargateHostProps extends HostProps, FargateOptions {
  readonly domain: string
  /** The load balancer's certificate, of AWS Certificate Manager. */
  readonly certificateArn: string
  /** The bucket that the load balancer logs requests to. @default - it logs none */
  readonly accessLogs?: string | undefined
  /** @default - there is no standby */
  readonly standby?: StandbyProcess | undefined
  /** When a task of its own collects garbage, in the words of EventBridge Scheduler: `rate(1440 minutes)`. @default - none does */
  readonly collection?: string | undefined
}

/** How long a task that is to end may go on with the requests that it has: a layer over a slow line takes its time. */
const deregistration = Duration.minutes(15)

/** Tasks on Fargate behind a load balancer, as many as are needed. Replicas share nothing but the bucket. */
export class FargateHost extends Construct implements RegistryHost {
  readonly url: string
  readonly target: HostTarget
  readonly metrics: HostMetrics
  readonly outputs = {}
  readonly connections: Connections
  readonly grantPrincipal: IPrincipal
  readonly service: FargateService

  constructor(scope: Construct, id: string, props: FargateHostProps) {
    super(scope, id)
    const { network, domain, waf, accessLogs, certificateArn, standby, logGroup, process } = props
    const task = this.#task(props)
    this.service = this.#service(task, props)
    this.#collect(task, props)
    const { balancer, listener } = new RegistryLoadBalancer(this, 'LoadBalancer', { network, certificateArn, accessLogs })
    const targets = this.#targets(props)
    listener.addTargetGroups('Registry', { targetGroups: [targets] })
    if (waf) new WebAcl(this, 'Waf', { waf, loadBalancerArn: balancer.loadBalancerArn })
    this.#scale(targets, props)
    if (standby) {
      const { cluster } = this.service
      const { image } = process
      new StandbyService(this, 'Standby', { standby, image, cluster, network, logGroup, runtimePlatform: platformOf(image) })
    }

    this.url = `https://${domain}`
    this.target = { alias: new LoadBalancerTarget(balancer), name: balancer.loadBalancerDnsName, ipv6: network.ipv6 }
    this.connections = balancer.connections
    this.grantPrincipal = task.taskRole.grantPrincipal
    this.metrics = {
      unhealthy: targets.metrics.unhealthyHostCount({ period: Duration.minutes(1), statistic: 'Maximum' }),
      latency: targets.metrics.targetResponseTime({ period: Duration.minutes(5), statistic: 'p50' }),
      balancerErrors: balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: Duration.minutes(5), statistic: 'Sum' }),
      cpu: this.service.metricCpuUtilization(),
      memory: this.service.metricMemoryUtilization(),
    }
  }

  #task({ process, cpu, logGroup }: FargateHostProps): FargateTaskDefinition {
    const { image, variables, secrets, memoryMiB, graceSeconds } = process
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu,
      memoryLimitMiB: memoryMiB,
      runtimePlatform: platformOf(image),
    })
    const linuxParameters = new LinuxParameters(this, 'Linux')
    linuxParameters.dropCapabilities(Capability.ALL)
    task.addContainer('registry', {
      containerName,
      image: ContainerImage.fromRegistry(image.uri, image.secret ? { credentials: image.secret } : {}),
      command: ['serve'],
      environment: { ...variables },
      secrets: Object.fromEntries(
        Object.entries(secrets).map(([name, { secret, field }]) => [name, Secret.fromSecretsManager(secret, field)]),
      ),
      portMappings: [{ containerPort: registryPort }],
      user: '65532:65532',
      readonlyRootFilesystem: true,
      linuxParameters,
      // Should CloudWatch not take lines, the registry does not wait for it.
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'registry', mode: AwsLogDriverMode.NON_BLOCKING }),
      stopTimeout: Duration.seconds(Math.min(graceSeconds, longestStop)),
      healthCheck: {
        command: ['CMD', 'node', '/registry.mjs', 'healthcheck'],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        startPeriod: Duration.seconds(15),
        retries: 3,
      },
    })
    image.grantPull(task.obtainExecutionRole())
    return task
  }

  #service(taskDefinition: FargateTaskDefinition, { network }: FargateHostProps): FargateService {
    const { vpc, subnets, isPublic, ipv6 } = network
    const cluster = new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.DISABLED })
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'The registry: in from its load balancer, out to the store, whatever port that has',
      allowAllOutbound: true,
      allowAllIpv6Outbound: ipv6,
    })
    // No desired count: each deployment would take a busy service back to it.
    return new FargateService(this, 'Service', {
      // As in network.ts: declarations that do not hold under exactOptionalPropertyTypes.
      cluster: cluster as ICluster,
      taskDefinition,
      assignPublicIp: isPublic,
      vpcSubnets: subnets,
      securityGroups: [securityGroup],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.minutes(1),
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      enableExecuteCommand: false,
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
    })
  }

  #collect(task: FargateTaskDefinition, { network, collection: expression }: FargateHostProps): void {
    if (expression === undefined) return
    const [securityGroup] = this.service.connections.securityGroups
    if (!securityGroup) throw new TypeError('the service has a security group')
    const { cluster } = this.service
    new CollectionJob(this, 'Collection', { cluster, task, container: containerName, securityGroup, network, expression })
  }

  #targets({ network: { vpc } }: FargateHostProps): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, 'Targets', {
      vpc,
      port: registryPort,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      targets: [this.service],
      // A push holds a task for long, a HEAD for a moment: requests are not counted, but those under way.
      loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
      deregistrationDelay: deregistration,
      healthCheck: {
        // Alive, and not ready: a store that is away must not have every task replaced.
        path: '/healthz',
        healthyHttpCodes: '200',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    })
  }

  #scale(targetGroup: ApplicationTargetGroup, { minTasks, maxTasks, targetCpuPercent, requestsPerTask }: FargateHostProps): void {
    const scaling = this.service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks })
    // Quickly up; down only when it has been quiet for a while, since each end of a task is felt by somebody.
    const cooldowns = { scaleOutCooldown: Duration.minutes(1), scaleInCooldown: Duration.minutes(10) }
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: targetCpuPercent, ...cooldowns })
    scaling.scaleOnRequestCount('Requests', { requestsPerTarget: requestsPerTask, targetGroup, ...cooldowns })
  }
}

const platformOf = ({ architecture }: RegistryImage) => ({
  operatingSystemFamily: OperatingSystemFamily.LINUX,
  cpuArchitecture: architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
})

const containerName = 'registry'

/** Fargate waits no longer. */
const longestStop = 120
