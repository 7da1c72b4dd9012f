import { Duration, Lazy, Names, Stack, Tags } from 'aws-cdk-lib'
import { AutoScalingGroup, type CfnAutoScalingGroup, HealthChecks, Signals, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Connections } from 'aws-cdk-lib/aws-ec2'
import { type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { registryPort } from '../../environment/registry-config.ts'
import type { HostMetrics, HostOutput, HostProps, HostTarget, RegistryHost } from './host.ts'
import { allowHost } from './instance/allow-host.ts'
import { HostSecurityGroup } from './instance/host-security-group.ts'
import { HostTemplate } from './instance/host-template.ts'
import { instanceTag, metricNamespace } from './instance/names.ts'
import { sessionOutputs } from './instance/session-outputs.ts'

/** An elastic IP of the data stack, so that the address outlives the host. */
export interface KeptAddress {
  readonly allocationId: string
  readonly ip: string
}

export interface InstanceHostProps extends HostProps {
  readonly instanceType: string
  /** The address that the instance associates itself. @default - none: it is reached in its network alone, or through Session Manager */
  readonly address?: KeptAddress
  /** By whom it has a certificate, itself; `none`: plain HTTP. The process's variables say the same to the registry. */
  readonly certificate: 'letsencrypt' | 'none'
}

/**
 * One EC2 instance with Docker, in an auto scaling group of one: when it fails, another takes its place and its address.
 *
 * An instance keeps nothing: images and certificate are in the bucket. A deployment that changes anything starts a new one beside the old one,
 * and waits until the registry answers there; then the address moves, and the old one ends. If it does not answer, all stays as it was.
 */
export class InstanceHost extends Construct implements RegistryHost {
  readonly url: string
  declare readonly target?: HostTarget
  readonly metrics: HostMetrics
  readonly outputs: Readonly<Record<string, HostOutput>>
  readonly connections: Connections
  readonly grantPrincipal: IPrincipal

  constructor(scope: Construct, id: string, props: InstanceHostProps) {
    super(scope, id)
    const { network, domain, address } = props
    const tls = props.certificate === 'letsencrypt'
    const name = Names.uniqueResourceName(this, { maxLength: 64 })

    const securityGroup = new HostSecurityGroup(this, 'SecurityGroup', { network, tls })
    this.connections = securityGroup.connections
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })
    this.grantPrincipal = role
    allowHost(role, { ...props, name, allocationId: address?.allocationId })
    const groupId: string = Lazy.string({ produce: () => Stack.of(this).getLogicalId(group.node.defaultChild as CfnAutoScalingGroup) })
    const group = new AutoScalingGroup(this, 'Group', {
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      launchTemplate: new HostTemplate(this, 'Template', { ...props, name, groupId, role, securityGroup }),
      minCapacity: 1,
      // The second one is there while a deployment lasts.
      maxCapacity: 2,
      healthChecks: HealthChecks.ec2({ gracePeriod: Duration.minutes(5) }),
      signals: Signals.waitForCount(1, { timeout: Duration.minutes(15) }),
      updatePolicy: UpdatePolicy.rollingUpdate({ minInstancesInService: 1, maxBatchSize: 1 }),
    })
    // What the instance does first is allowed by then.
    group.node.addDependency(role)
    Tags.of(group).add(instanceTag, name)

    this.url = tls ? `https://${domain ?? address?.ip}` : `http://localhost:${registryPort}`
    if (domain !== undefined && address !== undefined) this.target = { ipv4: address.ip }
    this.metrics = {
      unhealthy: metric(metricNamespace, 'Unhealthy', { Host: name }, 'Maximum'),
      latency: metric(metricNamespace, 'Latency', { Host: name }, 'p50'),
      ...(tls ? { certificateDays: metric(metricNamespace, 'CertificateDays', { Host: name }, 'Minimum') } : {}),
      cpu: metric('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: group.autoScalingGroupName }, 'Average'),
    }
    this.outputs = sessionOutputs({ region: Stack.of(this).region, name, port: tls ? undefined : registryPort })
  }
}

const metric = (namespace: string, metricName: string, dimensionsMap: Record<string, string>, statistic: string) =>
  new Metric({ namespace, metricName, dimensionsMap, statistic })
