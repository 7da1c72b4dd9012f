import { type IVpc, Peer, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { registryPort } from '../environment/registry-config.ts'

export interface NetworkProps {
  /** Where its one subnet lies: an EBS volume can only be attached in its own zone. */
  readonly availabilityZone: string
  /** Private address ranges that may connect to the registry. */
  readonly admit: readonly string[]
}

/** A network of one subnet for one instance, which can reach out and which nothing can reach but the ranges that are named. */
export class Network extends Construct {
  readonly vpc: IVpc
  readonly securityGroup: SecurityGroup

  constructor(scope: Construct, id: string, { availabilityZone, admit }: NetworkProps) {
    super(scope, id)
    const vpc = new Vpc(this, 'Vpc', {
      availabilityZones: [availabilityZone],
      // A public address is a tenth of a NAT gateway's price, and no way in: the security group lets nobody through.
      natGateways: 0,
      subnetConfiguration: [{ name: 'registry', subnetType: SubnetType.PUBLIC, cidrMask: 24 }],
      // Otherwise a Lambda function comes with it, to empty a group that nothing is in.
      restrictDefaultSecurityGroup: false,
    })
    // The CDK's own declarations do not hold under exactOptionalPropertyTypes; here one optional attribute is in the way.
    this.vpc = vpc as IVpc
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'The registry: in from the ranges that the environment names, out by HTTPS',
      allowAllOutbound: false,
    })
    // Packages, the app itself and Session Manager, all by HTTPS. Names and the time come from addresses that no group filters.
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'AWS')
    for (const range of admit) this.securityGroup.addIngressRule(Peer.ipv4(range), Port.tcp(registryPort), 'The environment admits it')
  }
}
