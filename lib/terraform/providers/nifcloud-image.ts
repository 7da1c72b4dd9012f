import type { Construct } from 'constructs'
import { TerraformDataSource, type TerraformProvider } from '../tf.ts'

/** `data.nifcloud_image`: the id of a standard image, by its name. */
export class NifcloudImage extends TerraformDataSource {
  readonly #name: string

  constructor(scope: Construct, id: string, { name, provider }: { readonly name: string; readonly provider: TerraformProvider }) {
    super(scope, id, { terraformResourceType: 'nifcloud_image', terraformGeneratorMetadata: { providerName: 'nifcloud' }, provider })
    this.#name = name
    this.overrideLogicalId(id)
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { image_name: this.#name, owner: 'niftycloud' }
  }
}
