import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { dockerLabels } from '../docker-labels.ts'
import { Volume } from '../tf.ts'

export interface DockerVolumeProps {
  readonly environment: Pick<CdktfEnvironment, 'name' | 'labels'>
  readonly onDestroy: 'retain' | 'delete'
}

/** The name that both stacks know the volume by. A reference from one to the other would write a path of this machine into the output. */
export const volumeName = (environment: Pick<CdktfEnvironment, 'name'>): string => `registry-${environment.name}`

/**
 * The Docker volume that holds the images.
 *
 * It is made empty; its owner it gets from the image's folder, when the first container is made that mounts it there.
 */
export class DockerVolume extends Construct {
  readonly name: string

  constructor(scope: Construct, id: string, { environment, onDestroy }: DockerVolumeProps) {
    super(scope, id)
    this.name = volumeName(environment)
    const volume = new Volume(this, 'volume', {
      name: this.name,
      labels: dockerLabels(environment),
      lifecycle: { preventDestroy: onDestroy === 'retain' },
    })
    // Its address in the state must never change, or an upgrade of the kit would replace the images.
    volume.overrideLogicalId('images')
  }
}
