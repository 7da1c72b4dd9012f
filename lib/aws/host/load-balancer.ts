import { Duration } from 'aws-cdk-lib'
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type IListenerCertificate,
  IpAddressType,
  ListenerAction,
  ListenerCertificate,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import { loadBalancerIdle } from '../../environment/aws/load-balancer-idle.ts'
import { loadBalancerPrefix } from '../bucket/log-bucket.ts'
import type { HostNetwork } from './host.ts'

export interface RegistryLoadBalancerProps {
  readonly network: HostNetwork
  readonly certificateArn: string
  /** The bucket that it logs requests to. @default - it logs none */
  readonly accessLogs?: string | undefined
}

/** A load balancer with HTTPS, to which plain HTTP is sent as well. */
export class RegistryLoadBalancer extends Construct {
  readonly balancer: ApplicationLoadBalancer
  readonly listener: ApplicationListener

  constructor(scope: Construct, id: string, { network, certificateArn, accessLogs }: RegistryLoadBalancerProps) {
    super(scope, id)
    const { vpc, subnets, isPublic, ipv6, admit } = network
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'The load balancer of the registry: in from whoever is admitted, out to the registry',
      allowAllOutbound: false,
    })
    for (const range of admit) {
      const peer = range.includes(':') ? Peer.ipv6(range) : Peer.ipv4(range)
      securityGroup.addIngressRule(peer, Port.HTTPS, 'The registry')
      securityGroup.addIngressRule(peer, Port.HTTP, 'Leads to HTTPS')
    }
    this.balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: subnets,
      internetFacing: isPublic,
      ipAddressType: ipv6 ? IpAddressType.DUAL_STACK : IpAddressType.IPV4,
      securityGroup,
      // The end of a large push waits for the store to copy or join it, and meanwhile no byte passes.
      idleTimeout: Duration.seconds(loadBalancerIdle),
      dropInvalidHeaderFields: true,
    })
    if (accessLogs !== undefined) {
      // By attributes: the data stack's bucket has the policy, and the CDK would want to write one.
      this.balancer.setAttribute('access_logs.s3.enabled', 'true')
      this.balancer.setAttribute('access_logs.s3.bucket', accessLogs)
      this.balancer.setAttribute('access_logs.s3.prefix', loadBalancerPrefix)
    }
    const certificate: IListenerCertificate = ListenerCertificate.fromArn(certificateArn)
    this.listener = this.balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [certificate],
      // TLS 1.3, and of 1.2 what has forward secrecy and authenticated encryption.
      sslPolicy: SslPolicy.TLS13_RES,
      open: false,
    })
    this.balancer.addListener('Http', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
      open: false,
    })
  }
}
