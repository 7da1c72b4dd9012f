import type { Construct } from 'constructs'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { SelfSignedAuthority } from './certificate/self-signed-authority.ts'
import { domainParameter } from './domain-parameter.ts'
import { makePassword } from './first-user.ts'
import { DockerVolume } from './host/docker-volume.ts'
import { useLocalState } from './local-state.ts'
import { s3Parameters } from './s3-parameters.ts'
import { TerraformOutput, TerraformStack } from './tf.ts'
import { useDocker } from './use-docker.ts'

export interface RegistryDataStackProps {
  readonly environment: CdktfEnvironment
}

/** What outlives the registry: its images, the first user's password, and an authority that clients were told to trust. */
export class RegistryDataStack extends TerraformStack {
  constructor(scope: Construct, id: string, { environment }: RegistryDataStackProps) {
    super(scope, id)
    useLocalState(this)
    const { storage } = environment
    const { auth, certificate } = reach(environment)
    if (auth.by === 'password') makePassword(this)
    if (certificate.by === 'self-signed') new SelfSignedAuthority(this, 'authority', domainParameter(this, environment))
    if (storage.driver === 's3') {
      const { bucket, endpoint } = s3Parameters(this, storage)
      new TerraformOutput(this, 'bucket', { value: bucket.stringValue, description: 'The bucket that holds the images.' })
      new TerraformOutput(this, 'endpoint', { value: endpoint.stringValue, description: "The address of the store's S3 API." })
      return
    }
    useDocker(this, environment)
    const { name } = new DockerVolume(this, 'images', { environment, onDestroy: storage.onDestroy })
    new TerraformOutput(this, 'volume', { value: name, description: 'The Docker volume that holds the images.' })
  }
}
