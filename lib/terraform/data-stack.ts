import type { Construct } from 'constructs'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { DockerVolume } from './host/docker-volume.ts'
import { useLocalState } from './local-state.ts'
import { DockerProvider, TerraformOutput, TerraformStack } from './tf.ts'

export interface RegistryDataStackProps {
  readonly environment: CdktfEnvironment
}

/** What outlives the registry: its images. */
export class RegistryDataStack extends TerraformStack {
  constructor(scope: Construct, id: string, { environment }: RegistryDataStackProps) {
    super(scope, id)
    useLocalState(this)
    new DockerProvider(this, 'docker', { host: environment.host.uri })
    const volume = new DockerVolume(this, 'images', { environment })
    new TerraformOutput(this, 'volume', { value: volume.name, description: 'The Docker volume that holds the images.' })
  }
}
