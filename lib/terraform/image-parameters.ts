import type { CdktfEnvironment } from '../environment/environment.ts'
import { type TerraformStack, TerraformVariable } from './tf.ts'

export interface ImageParameters {
  readonly image: TerraformVariable
  /** Where the image can be built. */
  readonly nodeImage?: TerraformVariable
  /** Where its registry asks for one. */
  readonly imagePassword?: TerraformVariable
}

/** The variables that say what the registry runs from. A file that names an image needs nothing to build one. */
export function imageParameters(stack: TerraformStack, { image: given }: Pick<CdktfEnvironment, 'image'>): ImageParameters {
  const image = new TerraformVariable(stack, 'image', {
    type: 'string',
    default: given?.reference ?? '',
    nullable: false,
    description: given
      ? 'The image that the registry runs from.'
      : 'The image that the registry runs from; empty: the Docker engine builds one.',
  })
  if (given) image.addValidation({ condition: `\${${image.fqn} != ""}`, errorMessage: 'image must name one: the file does.' })
  const nodeImage = () =>
    new TerraformVariable(stack, 'node_image', {
      type: 'string',
      default: 'node:24-slim',
      nullable: false,
      description: "The image with Node.js that the registry's image is built on.",
    })
  const imagePassword = (username: string) =>
    new TerraformVariable(stack, 'image_password', {
      type: 'string',
      nullable: false,
      sensitive: true,
      description: `The password of ${username}, who pulls the image.`,
    })
  return {
    image,
    ...(given ? {} : { nodeImage: nodeImage() }),
    ...(given?.username === undefined ? {} : { imagePassword: imagePassword(given.username) }),
  }
}
