import type { Construct } from 'constructs'
import { appFolder } from '../app-folder.ts'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { makeRecords } from './dns/make-records.ts'
import { DockerContainer } from './host/docker-container.ts'
import { DockerImage } from './host/docker-image.ts'
import { volumeName } from './host/docker-volume.ts'
import { s3Parameters, s3Variables } from './s3-parameters.ts'
import { useState } from './state.ts'
import { DockerProvider, TerraformOutput, TerraformStack, TerraformVariable } from './tf.ts'

export interface RegistryStackProps {
  readonly environment: CdktfEnvironment
  /** The folder of the registry app. @default - the one in this package */
  readonly appFolder?: string
}

/** The registry itself: it can be destroyed and deployed again at any time, the images are in the other stack. */
export class RegistryStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: RegistryStackProps) {
    super(scope, id)
    const { environment } = props
    useState(this, environment)
    new DockerProvider(this, 'docker', { host: environment.host.uri })
    // Variables stand on the stack: inside a construct they would get its path and a hash into their names.
    const nodeImage = new TerraformVariable(this, 'node_image', {
      type: 'string',
      default: 'node:24-slim',
      nullable: false,
      description: "The image with Node.js that the registry's image is built on.",
    })
    const image = new DockerImage(this, 'image', { environment, appFolder: props.appFolder ?? appFolder(), nodeImage })
    const container = new DockerContainer(this, 'container', {
      environment,
      imageId: image.imageId,
      ...(environment.storage.driver === 's3'
        ? { volumeName: undefined, variables: s3Variables(s3Parameters(this, environment.storage)) }
        : { volumeName: volumeName(environment), variables: [] }),
    })
    new TerraformOutput(this, 'url', {
      value: container.url,
      description: 'Where the registry is reached, from the machine of the Docker engine.',
    })
    const { domain, dns } = environment
    if (domain !== undefined && dns !== undefined) makeRecords(this, dns.by, { domain, dns })
  }
}
