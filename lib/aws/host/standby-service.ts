import { Duration } from 'aws-cdk-lib'
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import {
  AwsLogDriverMode,
  Capability,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LinuxParameters,
  LogDrivers,
  PropagatedTagSource,
  type RuntimePlatform,
  Secret,
} from 'aws-cdk-lib/aws-ecs'
import { Construct } from 'constructs'
import { standbyProgram } from '../../environment/standby.ts'
import { userFields } from '../data/secrets.ts'
import type { HostProps, StandbyProcess } from './host.ts'

export interface StandbyServiceProps extends Pick<HostProps, 'network' | 'logGroup'> {
  readonly standby: StandbyProcess
  readonly image: HostProps['process']['image']
  readonly cluster: ICluster
  readonly runtimePlatform: RuntimePlatform
}

/** What keeps a standby, as a service of one task: the old one ends before the new one starts. It asks the registry by its name, as clients do. */
export class StandbyService extends Construct {
  constructor(scope: Construct, id: string, props: StandbyServiceProps) {
    super(scope, id)
    const { cluster, network } = props
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'What keeps the standby: nobody comes in, out to both registries, whatever port they have',
      allowAllOutbound: true,
      allowAllIpv6Outbound: network.ipv6,
    })
    const task = this.#task(props)
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      desiredCount: 1,
      assignPublicIp: network.isPublic,
      vpcSubnets: network.subnets,
      securityGroups: [securityGroup],
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
    })
    // No load balancer is waited for, while the right to pull the image and to read the passwords is given: three starts without it are a failure.
    service.node.addDependency(task.obtainExecutionRole())
  }

  #task({ standby, image, runtimePlatform, logGroup }: StandbyServiceProps): FargateTaskDefinition {
    // The smallest that there is.
    const task = new FargateTaskDefinition(this, 'Task', { cpu: 256, memoryLimitMiB: 512, runtimePlatform })
    const linuxParameters = new LinuxParameters(this, 'Linux')
    linuxParameters.dropCapabilities(Capability.ALL)
    task.addContainer('standby', {
      containerName: 'standby',
      image: ContainerImage.fromRegistry(image.uri, image.secret ? { credentials: image.secret } : {}),
      entryPoint: [...standbyProgram],
      command: [...standby.arguments],
      secrets: { ...credentials('FROM', standby.source), ...credentials('TO', standby.target) },
      user: '65532:65532',
      readonlyRootFilesystem: true,
      linuxParameters,
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'standby', mode: AwsLogDriverMode.NON_BLOCKING }),
      stopTimeout: Duration.seconds(10),
    })
    image.grantPull(task.obtainExecutionRole())
    return task
  }
}

function credentials(side: 'FROM' | 'TO', secret: StandbyProcess['source']): Record<string, Secret> {
  if (secret === undefined) return {}
  return {
    [`COPY_${side}_USER`]: Secret.fromSecretsManager(secret, userFields.name),
    [`COPY_${side}_PASSWORD`]: Secret.fromSecretsManager(secret, userFields.password),
  }
}
