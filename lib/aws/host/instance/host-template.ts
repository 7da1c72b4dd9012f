import { Stack } from 'aws-cdk-lib'
import {
  AmazonLinuxCpuType,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceArchitecture,
  InstanceType,
  type ISecurityGroup,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  MachineImage,
  UserData,
} from 'aws-cdk-lib/aws-ec2'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { redirectPort } from '../../../environment/reach-config.ts'
import { registryPort } from '../../../environment/registry-config.ts'
import type { InstanceHostProps } from '../instance-host.ts'
import { metricNamespace } from './names.ts'
import { userData } from './user-data.ts'

export interface HostTemplateProps extends InstanceHostProps {
  readonly name: string
  /** The logical id of the group, which is told when the registry answers. */
  readonly groupId: string
  readonly role: IRole
  readonly securityGroup: ISecurityGroup
}

/** What each instance of the host is. */
export class HostTemplate extends LaunchTemplate {
  constructor(scope: Construct, id: string, props: HostTemplateProps) {
    const { process, role, securityGroup } = props
    const instanceType = new InstanceType(props.instanceType)
    const cpuType = instanceType.architecture === InstanceArchitecture.ARM_64 ? AmazonLinuxCpuType.ARM_64 : AmazonLinuxCpuType.X86_64
    if (process.image.architecture !== cpuType) {
      throw new Error(`${scope.node.path}: ${props.instanceType} is ${cpuType}, and its image is for ${process.image.architecture}`)
    }
    super(scope, id, {
      instanceType,
      role,
      securityGroup,
      // The newest at each deployment, by a public SSM parameter: no look-up, and nothing of this account in the template.
      machineImage: MachineImage.latestAmazonLinux2023({ cpuType }),
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      // One more for the way into a container: the registry's keys for the bucket come from there.
      httpPutResponseHopLimit: 2,
      // To reach AWS by, until the address takes its place.
      associatePublicIpAddress: props.network.isPublic,
      blockDevices: [
        { deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }) },
      ],
      userData: UserData.custom(
        userData({ settings: settings(Stack.of(scope), props), variables: process.variables, secrets: process.secrets }),
      ),
    })
  }
}

/** What `registry-host.sh` has to know. */
function settings(stack: Stack, { process, domain = 'localhost', address, certificate, logGroup, groupId, name }: HostTemplateProps) {
  return {
    REGION: stack.region,
    IMAGE: process.image.uri,
    IMAGE_SECRET: process.image.secret?.secretArn ?? '',
    ADDRESS: address?.allocationId ?? '',
    PORTS: certificate === 'letsencrypt' ? `443:${registryPort} 80:${redirectPort}` : `${registryPort}:${registryPort}`,
    MEMORY_MIB: String(process.memoryMiB),
    GRACE_SECONDS: String(process.graceSeconds),
    LOG_GROUP: logGroup.logGroupName,
    STACK: stack.stackName,
    RESOURCE: groupId,
    METRIC_NAMESPACE: metricNamespace,
    METRIC_HOST: name,
    READY: `${certificate === 'letsencrypt' ? `https://${domain}` : `http://localhost:${registryPort}`}/readyz`,
  }
}
