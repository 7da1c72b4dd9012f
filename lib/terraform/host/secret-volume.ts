import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { secretsFolder } from '../../environment/reach-config.ts'
import { dockerLabels } from '../docker-labels.ts'
import { Container, Volume } from '../tf.ts'
import { logOptions, registryUser } from './registry-process.ts'
import { type RegistrySecret, secretContent, secretsHash } from './registry-secret.ts'

export interface SecretVolumeProps {
  readonly environment: Pick<CdktfEnvironment, 'name' | 'labels'>
  readonly imageId: string
  readonly secrets: readonly RegistrySecret[]
  /** What the names of volume and container end with. @default 'secrets' */
  readonly suffix?: string
}

/**
 * A volume with the registry's secrets, one a file.
 *
 * The engine puts no file into a container whose root cannot be written, not even into a volume of it. So a second container, which is never
 * started, has the volume mounted where files can be put. The volume's name follows from what is in it: other secrets are another volume,
 * and thus another registry.
 */
export class SecretVolume extends Construct {
  readonly name: string
  /** What must be done before the volume can be used. */
  readonly filled: Container

  constructor(scope: Construct, id: string, { environment, imageId, secrets, suffix = 'secrets' }: SecretVolumeProps) {
    super(scope, id)
    const labels = dockerLabels(environment)
    const volume = new Volume(this, 'volume', {
      name: `registry-${environment.name}-${suffix}-${secretsHash(secrets)}`,
      labels,
      lifecycle: { createBeforeDestroy: true },
    })
    volume.overrideLogicalId(suffix)
    this.name = volume.name
    this.filled = new Container(this, 'container', {
      name: `registry-${environment.name}-${suffix}`,
      image: imageId,
      command: ['--version'],
      user: registryUser,
      workingDir: '/',
      networkMode: 'none',
      start: false,
      mustRun: false,
      logDriver: 'json-file',
      logOpts: logOptions,
      volumes: [{ volumeName: this.name, containerPath: secretsFolder }],
      upload: secrets.map(secret => ({ file: `${secretsFolder}/${secret.file}`, content: secretContent(secret), permissions: '0444' })),
      labels,
    })
    this.filled.overrideLogicalId(suffix)
  }
}
