import { CfnOutput, Stack } from 'aws-cdk-lib'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'
import { appFolder, bundleFile, requireFile } from '../app-folder.ts'
import type { CdkEnvironment } from '../environment/environment.ts'
import { registryPort } from '../environment/registry-config.ts'
import { InstanceHost } from './instance-host.ts'
import { stackEnvironment } from './stack-environment.ts'
import { tagEnvironment } from './tag-environment.ts'
import { volumeParameters } from './volume-parameters.ts'

export interface RegistryStackProps {
  readonly environment: CdkEnvironment
  /** The folder of the registry app. @default - the one in this package */
  readonly appFolder?: string
}

/** The registry itself: it can be destroyed and deployed again at any time, the images are in the other stack. */
export class RegistryStack extends Stack {
  constructor(scope: Construct, id: string, props: RegistryStackProps) {
    const { environment } = props
    super(scope, id, { description: `bucket-registry ${environment.name}: the registry`, env: stackEnvironment(environment) })
    const names = volumeParameters(environment)
    const host = new InstanceHost(this, 'Host', {
      environment,
      bundle: requireFile(props.appFolder ?? appFolder(), bundleFile),
      volumeId: StringParameter.valueForStringParameter(this, names.volumeId),
      availabilityZone: StringParameter.valueForStringParameter(this, names.availabilityZone),
    })
    new CfnOutput(this, 'url', { value: host.url, description: 'Where the registry is reached, from within its network.' })
    new CfnOutput(this, 'tunnel', {
      value: tunnelCommand(host.instanceId, this.region),
      description: `While this command runs, the registry is reached at localhost:${registryPort}. It needs the Session Manager plugin.`,
    })
    tagEnvironment(this, environment)
  }
}

function tunnelCommand(instanceId: string, region: string): string {
  return [
    'aws ssm start-session',
    `--region ${region}`,
    `--target ${instanceId}`,
    '--document-name AWS-StartPortForwardingSession',
    `--parameters portNumber=${registryPort},localPortNumber=${registryPort}`,
  ].join(' ')
}
