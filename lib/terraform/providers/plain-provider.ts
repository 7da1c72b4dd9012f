import type { Construct } from 'constructs'
import { TerraformProvider } from '../tf.ts'

export interface PlainProviderProps<Settings extends object> {
  /** Where Terraform finds it, such as `aminueza/minio`. */
  readonly source: string
  /** The versions that will do, as Terraform writes them. */
  readonly version: string
  /** In the provider's own spelling. Secrets come as variables, or not at all: then the provider looks into its own environment variables. */
  readonly settings: Settings
  /** Tells it from another of the same name in the stack. @default - the only one */
  readonly alias?: string
}

/**
 * A provider without published bindings, or whose bindings are larger than all else that this kit needs: those of `hashicorp/aws` are 390 MB.
 *
 * What stands in `settings` is held against the provider's schema in test/e2e/provider-schemas.
 */
export class PlainProvider<Settings extends object> extends TerraformProvider {
  readonly #settings: Settings
  readonly #alias: string | undefined

  constructor(scope: Construct, name: string, { source, version, settings, alias }: PlainProviderProps<Settings>) {
    super(scope, alias === undefined ? name : `${name}-${alias}`, {
      terraformResourceType: name,
      terraformProviderSource: source,
      terraformGeneratorMetadata: { providerName: name, providerVersionConstraint: version },
    })
    this.#settings = settings
    this.#alias = alias
  }

  override get alias(): string | undefined {
    return this.#alias
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this.#settings))
  }
}
