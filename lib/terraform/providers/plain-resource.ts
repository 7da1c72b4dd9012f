import type { Construct } from 'constructs'
import { type TerraformProvider, TerraformResource } from '../tf.ts'

export interface PlainResourceProps<Attributes extends object> {
  /** In the provider's own spelling. */
  readonly attributes: Attributes
  /** Whether Terraform refuses to destroy it. @default false */
  readonly preventDestroy?: boolean
  /** Attributes that count when it is made, and never again. @default - all of them count always */
  readonly ignoreChanges?: readonly string[]
  /** @default - the only one of its name in the stack */
  readonly provider?: TerraformProvider
  /** What is made before it, and destroyed after it. @default - what its attributes refer to */
  readonly dependsOn?: readonly TerraformResource[]
  /** An expression for how many there are. @default - one, and its address has no index */
  readonly count?: string | undefined
}

/** A resource as its provider documents it, for the typed classes in this folder; its address is `TYPE.ID`, wherever it stands. */
export class PlainResource<Attributes extends object> extends TerraformResource {
  readonly #attributes: Attributes

  constructor(scope: Construct, id: string, type: string, props: PlainResourceProps<Attributes>) {
    super(scope, id, {
      terraformResourceType: type,
      terraformGeneratorMetadata: { providerName: type.split('_', 1)[0] ?? type },
      ...(props.preventDestroy ? { lifecycle: { preventDestroy: true } } : {}),
      ...(props.ignoreChanges === undefined ? {} : { lifecycle: { ignoreChanges: [...props.ignoreChanges] } }),
      ...(props.dependsOn === undefined ? {} : { dependsOn: [...props.dependsOn] }),
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    })
    this.#attributes = props.attributes
    if (props.count !== undefined) this.addOverride('count', props.count)
    // Without the path and the hash that cdktf would put there: addresses never change, or an upgrade of the kit would replace what they name.
    this.overrideLogicalId(id)
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this.#attributes))
  }
}
