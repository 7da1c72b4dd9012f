import type { Construct } from 'constructs'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { keptOnDestroy } from '../environment/kept-on-destroy.ts'
import { reach } from '../environment/reach.ts'
import { makeBucket } from './bucket/make-bucket.ts'
import { SelfSignedAuthority } from './certificate/self-signed-authority.ts'
import { domainParameter } from './domain-parameter.ts'
import { makePassword } from './first-user.ts'
import { DockerVolume } from './host/docker-volume.ts'
import { makeHost } from './host/make-host.ts'
import { s3Parameters } from './s3-parameters.ts'
import { useState } from './state.ts'
import { TerraformOutput, TerraformStack } from './tf.ts'
import { useDocker } from './use-docker.ts'

export interface RegistryDataStackProps {
  readonly environment: CdktfEnvironment
}

/** What outlives the registry: its images, the first user's password, an authority that clients were told to trust, and a host that was made. */
export class RegistryDataStack extends TerraformStack {
  constructor(scope: Construct, id: string, { environment }: RegistryDataStackProps) {
    super(scope, id)
    useState(this, environment)
    const { storage } = environment
    const { auth, certificate } = reach(environment)
    if (auth.by !== 'none') makePassword(this)
    if (certificate.by === 'self-signed') new SelfSignedAuthority(this, 'authority', domainParameter(this, environment))
    if (environment.host.instance) makeHost(this, environment, environment.host.instance)
    if (storage.driver === 's3') {
      const parameters = s3Parameters(this, storage)
      makeBucket(this, { environment, storage, parameters })
      const { bucket, endpoint } = parameters
      new TerraformOutput(this, 'bucket', { value: bucket.stringValue, description: 'The bucket that holds the images.' })
      new TerraformOutput(this, 'endpoint', { value: endpoint.stringValue, description: "The address of the store's S3 API." })
      new TerraformOutput(this, 'kept', {
        value: keptOnDestroy(environment),
        description: 'What destroying this stack leaves, and how it goes.',
      })
      return
    }
    useDocker(this, environment)
    const { name } = new DockerVolume(this, 'images', { environment, onDestroy: storage.onDestroy })
    new TerraformOutput(this, 'volume', { value: name, description: 'The Docker volume that holds the images.' })
    new TerraformOutput(this, 'kept', {
      value: keptOnDestroy(environment),
      description: 'What destroying this stack leaves, and how it goes.',
    })
  }
}
