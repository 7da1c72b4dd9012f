import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { Fn, Image, type TerraformVariable } from '../tf.ts'
import { ImageContext } from './image-context.ts'

export interface DockerImageProps {
  readonly environment: Pick<CdktfEnvironment, 'name'>
  /** The folder of the registry app. */
  readonly appFolder: string
  /** The image with Node.js that it is built on. */
  readonly nodeImage: TerraformVariable
}

/** The registry app's image, built by the Docker engine that runs it. */
export class DockerImage extends Construct {
  /** The image's content-addressed id, known once it is built. */
  readonly imageId: string

  constructor(scope: Construct, id: string, { environment, appFolder, nodeImage }: DockerImageProps) {
    super(scope, id)
    const context = new ImageContext(this, 'context', { folder: appFolder })
    // A tag for each content: an image of the same tag would be taken for the old one, and removed in its place.
    const tag = Fn.substr(Fn.sha256(Fn.join('\n', [context.hash, nodeImage.stringValue])), 0, 12)
    const image = new Image(this, 'image', {
      // With the environment's name: two of them on one engine must not remove each other's image.
      name: Fn.join(':', [`bucket-registry-${environment.name}`, tag]),
      buildAttribute: {
        // The provider tars the folder as it stands.
        context: context.path,
        buildArgs: { NODE_IMAGE: nodeImage.stringValue },
      },
      triggers: { context: context.hash, node_image: nodeImage.stringValue },
      // The old container serves until the new image is built.
      lifecycle: { createBeforeDestroy: true },
    })
    image.overrideLogicalId('registry')
    this.imageId = image.imageId
  }
}
