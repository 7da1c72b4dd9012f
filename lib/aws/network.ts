import { Fn, Validations } from 'aws-cdk-lib'
import {
  CfnVPCEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  IpProtocol,
  type IVpc,
  type SubnetConfiguration,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { madeVpcRange } from '../environment/aws/vpc-range.ts'
import type { CdkEnvironment } from '../environment/environment.ts'
import type { HostNetwork } from './host/host.ts'

export interface NetworkProps extends Pick<CdkEnvironment, 'network'> {
  readonly kind: CdkEnvironment['host']['kind']
  /** Whether what listens has a certificate: if not, nobody is admitted from outside unless he is named. */
  readonly certified: boolean
  /** A network that is at hand. @default - as `network` says */
  readonly vpc?: IVpc | undefined
}

/** The network of a registry: made, or one that is there. */
export class Network extends Construct implements HostNetwork {
  readonly vpc: IVpc
  readonly subnets: HostNetwork['subnets']
  readonly isPublic: boolean
  readonly ipv6: boolean
  readonly admit: readonly string[]

  constructor(scope: Construct, id: string, { network, kind, certified, vpc }: NetworkProps) {
    super(scope, id)
    const { vpc: existing, admit } = network
    this.isPublic = !network.private
    this.ipv6 = this.isPublic && vpc === undefined && (existing?.ipv6 ?? true)
    this.vpc = vpc ?? (existing ? this.#imported(existing) : this.#made(network, kind))
    // Of a network that has both, those with a way out: the isolated ones are for databases, and no image is pulled there.
    const isolated = this.vpc.privateSubnets.length === 0 && this.vpc.isolatedSubnets.length > 0
    this.subnets = {
      subnetType: this.isPublic ? SubnetType.PUBLIC : isolated ? SubnetType.PRIVATE_ISOLATED : SubnetType.PRIVATE_WITH_EGRESS,
    }
    const everybody = ['0.0.0.0/0', ...(this.ipv6 ? ['::/0'] : [])]
    this.admit = admit ?? (this.isPublic && certified ? everybody : [vpc?.vpcCidrBlock ?? existing?.cidr ?? madeVpcRange])
  }

  #made({ zones, natGateways }: CdkEnvironment['network'], kind: NetworkProps['kind']): IVpc {
    const subnet = (name: string, subnetType: SubnetType): SubnetConfiguration => ({
      name,
      subnetType,
      // Room for growth between them: subnets cannot be made larger.
      cidrMask: 22,
      ...(subnetType === SubnetType.PUBLIC ? { mapPublicIpOnLaunch: false } : {}),
    })
    const egress = natGateways > 0 ? [subnet('nat', SubnetType.PUBLIC), subnet('private', SubnetType.PRIVATE_WITH_EGRESS)] : undefined
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(madeVpcRange),
      ...(this.ipv6 ? { ipProtocol: IpProtocol.DUAL_STACK } : {}),
      // The region's first ones, known when the stack is deployed: nothing is looked up.
      availabilityZones: Array.from({ length: zones }, (_, index) => Fn.select(index, Fn.getAzs())),
      natGateways: this.isPublic ? 0 : natGateways,
      subnetConfiguration: this.isPublic
        ? [subnet('public', SubnetType.PUBLIC)]
        : (egress ?? [subnet('private', SubnetType.PRIVATE_ISOLATED)]),
      // Layers go to S3 by it, free of charge.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      // Otherwise a Lambda function comes with it, to empty a group that nothing is in.
      restrictDefaultSecurityGroup: false,
    })
    if (!this.isPublic && natGateways === 0) for (const [name, service] of neededBy(kind)) vpc.addInterfaceEndpoint(name, { service })
    // The CDK's own declarations do not hold under exactOptionalPropertyTypes; here one optional attribute is in the way.
    return vpc as IVpc
  }

  #imported({
    id,
    cidr,
    availabilityZones,
    publicSubnets,
    privateSubnets,
    routeTables,
  }: NonNullable<CdkEnvironment['network']['vpc']>): IVpc {
    if (routeTables.length > 0) {
      new CfnVPCEndpoint(this, 'S3', {
        vpcId: id,
        vpcEndpointType: 'Gateway',
        serviceName: GatewayVpcEndpointAwsService.S3.name,
        routeTableIds: routeTables,
      })
    }
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: id,
      vpcCidrBlock: cidr,
      availabilityZones,
      ...(publicSubnets.length > 0 ? { publicSubnetIds: publicSubnets } : {}),
      ...(privateSubnets.length > 0 ? { privateSubnetIds: privateSubnets } : {}),
    })
    Validations.of(vpc).acknowledge({
      id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'No route is added to a VPC that is there.',
    })
    return vpc
  }
}

/** What a host asks of AWS beside S3, where it has no way to the internet. */
function neededBy(kind: NetworkProps['kind']) {
  const { ECR, ECR_DOCKER, CLOUDWATCH_LOGS, SECRETS_MANAGER, SSM, SSM_MESSAGES, CLOUDFORMATION, CLOUDWATCH_MONITORING } =
    InterfaceVpcEndpointAwsService
  const all = { Ecr: ECR, EcrDocker: ECR_DOCKER, Logs: CLOUDWATCH_LOGS, Secrets: SECRETS_MANAGER }
  // Session Manager; and what `registry-host.sh` tells: that the registry answers, which a deployment waits for, and each minute how it is.
  const ofAnInstance = { Ssm: SSM, SsmMessages: SSM_MESSAGES, CloudFormation: CLOUDFORMATION, CloudWatch: CLOUDWATCH_MONITORING }
  return Object.entries(kind === 'instance' ? { ...all, ...ofAnInstance } : all)
}
