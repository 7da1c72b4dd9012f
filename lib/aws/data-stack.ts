import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { CdkEnvironment } from '../environment/environment.ts'
import { ImageVolume } from './image-volume.ts'
import { stackEnvironment } from './stack-environment.ts'
import { tagEnvironment } from './tag-environment.ts'

export interface RegistryDataStackProps {
  readonly environment: CdkEnvironment
}

/** What outlives the registry: its images. */
export class RegistryDataStack extends Stack {
  constructor(scope: Construct, id: string, { environment }: RegistryDataStackProps) {
    super(scope, id, { description: `bucket-registry ${environment.name}: the images`, env: stackEnvironment(environment) })
    const volume = new ImageVolume(this, 'Images', { environment })
    new CfnOutput(this, 'volume', { value: volume.volumeId, description: 'The EBS volume that holds the images.' })
    tagEnvironment(this, environment)
  }
}
