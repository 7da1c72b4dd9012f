import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { graceSeconds } from '../../environment/grace-seconds.ts'
import { registryFolder, registryPort } from '../../environment/registry-config.ts'
import { registryVariables } from '../../environment/registry-variables.ts'
import { dockerLabels } from '../docker-labels.ts'
import { literal } from '../literal.ts'
import { Container } from '../tf.ts'

export interface DockerContainerProps {
  readonly environment: CdktfEnvironment
  readonly imageId: string
  /** The volume that holds the images, where no bucket does. */
  readonly volumeName: string | undefined
  /** Variables over the environment's configuration, as Terraform's templates. */
  readonly variables: readonly string[]
}

/**
 * The registry as a plain container.
 *
 * What the image or the engine would decide (working directory, user, command, log options …) is written down all the same: the provider
 * compares what it finds with what stands here, and would replace the container at every deployment.
 */
export class DockerContainer extends Construct {
  /** Where the registry is reached from this machine. */
  readonly url: string

  constructor(scope: Construct, id: string, { environment, imageId, volumeName, variables }: DockerContainerProps) {
    super(scope, id)
    const { port } = environment.host
    this.url = `http://localhost:${port}`
    const container = new Container(this, 'container', {
      name: `registry-${environment.name}`,
      image: imageId,
      command: ['serve'],
      env: [...registryVariables(environment).map(literal), ...variables],
      user: '65532:65532',
      workingDir: '/',
      readOnly: true,
      capabilities: { drop: ['ALL'] },
      securityOpts: ['no-new-privileges'],
      volumes: volumeName === undefined ? [] : [{ volumeName, containerPath: registryFolder }],
      ports: [{ internal: registryPort, external: port, ip: '127.0.0.1', protocol: 'tcp' }],
      networkMode: 'bridge',
      restart: 'unless-stopped',
      // Otherwise the engine keeps every line for ever.
      logDriver: 'json-file',
      logOpts: { 'max-size': '10m', 'max-file': '3' },
      labels: dockerLabels(environment),
      // A deployment is done when the image's health check says so.
      wait: true,
      waitTimeout: 60,
      // The provider's own patience, and the engine's, whoever stops the container.
      destroyGraceSeconds: graceSeconds(environment),
      stopTimeout: graceSeconds(environment),
    })
    container.overrideLogicalId('registry')
  }
}
