import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { Fn, Image, TerraformCount, type TerraformVariable, Token } from '../tf.ts'
import { ImageContext } from './image-context.ts'

export interface RegistryImageProps {
  readonly environment: Pick<CdktfEnvironment, 'name' | 'host'>
  /** An image that is there already; empty: one is built. */
  readonly image: TerraformVariable
  /** Absent: nothing is built, the variable always names an image. */
  readonly build?: {
    /** The folder of the registry app. */
    readonly appFolder: string
    /** The image with Node.js that it is built on. */
    readonly nodeImage: TerraformVariable
  }
}

/** The image that the registry runs from: built by the engine, or pulled. */
export class RegistryImage extends Construct {
  /** Its name, by which the nodes of a Swarm find it. */
  readonly reference: string
  /** Its content-addressed id on the engine. */
  readonly imageId: string

  constructor(scope: Construct, id: string, { environment, image, build }: RegistryImageProps) {
    super(scope, id)
    const counted = (ifEmpty: number, ifGiven: number) =>
      TerraformCount.of(Token.asNumber(`\${${image.fqn} == "" ? ${ifEmpty} : ${ifGiven}}`))
    const built = build && this.#build(environment, build, counted(1, 0))
    // Nodes of a Swarm pull by themselves.
    const pulled = environment.host.swarm ? undefined : this.#pull(image, built && counted(0, 1))
    this.imageId = built && pulled ? `\${one(concat(${built.fqn}[*].image_id, ${pulled.fqn}[*].image_id))}` : (pulled?.imageId ?? '')
    this.reference = built ? `\${${image.fqn} == "" ? one(${built.fqn}[*].name) : ${image.fqn}}` : image.stringValue
  }

  #build(environment: RegistryImageProps['environment'], build: NonNullable<RegistryImageProps['build']>, count: TerraformCount): Image {
    const { appFolder, nodeImage } = build
    const context = new ImageContext(this, 'context', { folder: appFolder })
    // A tag for each content: an image of the same tag would be taken for the old one, and removed in its place.
    const tag = Fn.substr(Fn.sha256(Fn.join('\n', [context.hash, nodeImage.stringValue])), 0, 12)
    const built = new Image(this, 'image', {
      count,
      // With the environment's name: two of them on one engine must not remove each other's image.
      name: Fn.join(':', [`bucket-registry-${environment.name}`, tag]),
      buildAttribute: {
        // The provider tars the folder as it stands.
        context: context.path,
        buildArgs: { NODE_IMAGE: nodeImage.stringValue },
      },
      triggers: { context: context.hash, node_image: nodeImage.stringValue },
      // A Swarm keeps ended replicas for a while, and an engine removes no image that they ran from, unless it must.
      ...(environment.host.swarm ? { forceRemove: true } : {}),
      // The old container serves until the new image is built.
      lifecycle: { createBeforeDestroy: true },
    })
    built.overrideLogicalId('registry')
    return built
  }

  #pull(image: TerraformVariable, count: TerraformCount | undefined): Image {
    const pulled = new Image(this, 'pulled', {
      name: image.stringValue,
      ...(count === undefined ? {} : { count }),
      // Others may run from it: what was not made here is not removed here.
      keepLocally: true,
    })
    pulled.overrideLogicalId('pulled')
    return pulled
  }
}
