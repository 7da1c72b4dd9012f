import { Stack } from 'aws-cdk-lib'
import {
  AmazonLinuxCpuType,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  HttpTokens,
  Instance,
  InstanceArchitecture,
  InstanceType,
  MachineImage,
  UserData,
} from 'aws-cdk-lib/aws-ec2'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import { Construct } from 'constructs'
import type { CdkEnvironment } from '../environment/environment.ts'
import { graceSeconds } from '../environment/grace-seconds.ts'
import { registryPort, renderRegistryConfig } from '../environment/registry-config.ts'
import { Network } from './network.ts'
import { startScript } from './start-script.ts'
import { environmentTag } from './tag-environment.ts'

export interface InstanceHostProps {
  readonly environment: CdkEnvironment
  /** The registry app as one file, on this machine. */
  readonly bundle: string
  /** The volume that holds the images, and where it is. */
  readonly volumeId: string
  readonly availabilityZone: string
}

/**
 * One EC2 instance that runs the registry app's one file on Amazon Linux's own Node.js. No image is built, so no Docker is needed.
 *
 * A new version, another type or a newer Amazon Linux is a new instance, which takes over the volume: for some two minutes nothing answers.
 * CloudFormation is content once the instance runs; whether the registry does, `/healthz` tells.
 */
export class InstanceHost extends Construct {
  /** Where the registry is reached from within the network. */
  readonly url: string
  readonly instanceId: string

  constructor(scope: Construct, id: string, { environment, bundle, volumeId, availabilityZone }: InstanceHostProps) {
    super(scope, id)
    const stack = Stack.of(this)
    const { vpc, securityGroup } = new Network(this, 'Network', { availabilityZone, admit: environment.host.admit })
    const asset = new Asset(this, 'Bundle', { path: bundle })
    const instanceType = new InstanceType(environment.host.instanceType)
    const arm = instanceType.architecture === InstanceArchitecture.ARM_64
    const script = startScript({
      volumeId,
      region: stack.region,
      bundleUrl: asset.s3ObjectUrl,
      config: renderRegistryConfig(environment),
      graceSeconds: graceSeconds(environment),
    })
    const instance = new Instance(this, 'Instance', {
      vpc,
      securityGroup,
      instanceType,
      // The newest at each deployment, by a public SSM parameter: no look-up, and nothing of this account in the template.
      machineImage: MachineImage.latestAmazonLinux2023({ cpuType: arm ? AmazonLinuxCpuType.ARM_64 : AmazonLinuxCpuType.X86_64 }),
      userData: UserData.custom(script),
      userDataCausesReplacement: true,
      associatePublicIpAddress: true,
      // Session Manager in place of SSH.
      ssmSessionPermissions: true,
      httpTokens: HttpTokens.REQUIRED,
      blockDevices: [
        { deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }) },
      ],
    })
    // The asset's own grant would open every file of the bucket.
    const bundleArn = asset.bucket.arnForObjects(asset.s3ObjectKey)
    instance.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [bundleArn] }))
    grantAttach(instance, stack, environment, volumeId)
    this.instanceId = instance.instanceId
    this.url = `http://${instance.instancePrivateIp}:${registryPort}`
  }
}

/** The instance may attach this volume, to instances of this environment, and nothing else. */
function grantAttach(instance: Instance, stack: Stack, { name }: Pick<CdkEnvironment, 'name'>, volumeId: string): void {
  const arn = (resource: string, resourceName: string) => stack.formatArn({ service: 'ec2', resource, resourceName })
  instance.addToRolePolicy(new PolicyStatement({ actions: ['ec2:AttachVolume'], resources: [arn('volume', volumeId)] }))
  instance.addToRolePolicy(
    new PolicyStatement({
      actions: ['ec2:AttachVolume'],
      resources: [arn('instance', '*')],
      conditions: { StringEquals: { [`aws:ResourceTag/${environmentTag}`]: name } },
    }),
  )
}
