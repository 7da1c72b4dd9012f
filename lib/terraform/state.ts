import type { CdktfEnvironment } from '../environment/environment.ts'
import { localStateOf, statePath, useLocalState } from './local-state.ts'
import { DataTerraformRemoteStateS3, S3Backend, type TerraformRemoteState, type TerraformStack } from './tf.ts'

type State = CdktfEnvironment['state']

/** Keeps the stack's state where the environment says. */
export function useState(stack: TerraformStack, { state }: Pick<CdktfEnvironment, 'state'>): void {
  if (state.backend === 'local') {
    useLocalState(stack)
    return
  }
  new S3Backend(stack, { ...s3State(state, stack.node.id), encrypt: state.endpoint === undefined })
  // cdktf 0.21 does not know it yet: https://github.com/hashicorp/terraform-cdk/issues/3933
  if (state.lock) stack.addOverride('terraform.backend.s3.use_lockfile', true)
}

/** Something that must be true, and what whoever deploys is told where it is not. Terraform's own names: both are written as they stand. */
export interface Condition {
  readonly condition: string
  readonly error_message: string
}

/**
 * The state of the environment's other stack, from where that one keeps it; it hands over the outputs.
 *
 * It is called as that stack is: where Terraform complains in its own words, it names it. A stack that destroyed all it had hands over nothing.
 *
 * @param holds what must be true of it besides, as `self`
 */
export function stateOf(
  stack: TerraformStack,
  other: string,
  { state }: Pick<CdktfEnvironment, 'state'>,
  holds: readonly Condition[] = [],
): TerraformRemoteState {
  const error_message = `The stack ${other} is not deployed, and this one needs what it hands over: deploy ${other} first.`
  const isLocal = state.backend === 'local'
  const read = isLocal ? localStateOf(stack, other) : new DataTerraformRemoteStateS3(stack, other, s3State(state, other))
  read.addOverride('lifecycle', {
    // Only of a file can it be asked whether there is one; and a condition has to refer to something.
    ...(isLocal ? { precondition: [{ condition: `\${fileexists("\${path.module}/${statePath(stack, other)}")}`, error_message }] } : {}),
    postcondition: [{ condition: `\${can(self.outputs.kept)}`, error_message }, ...holds],
  })
  return read
}

/** Where a stack's state lies in a bucket, for whoever writes it and whoever reads it. */
function s3State({ bucket, region, prefix, endpoint }: Extract<State, { backend: 's3' }>, stack: string) {
  return {
    bucket,
    region,
    key: `${prefix}/${stack}.tfstate`,
    ...(endpoint === undefined ? {} : { endpoints: { s3: endpoint }, usePathStyle: true, ...notAmazon }),
  }
}

/** What Terraform would ask Amazon about, and the checksum that other stores do not know: https://developer.hashicorp.com/terraform/language/backend/s3 */
const notAmazon = {
  skipCredentialsValidation: true,
  skipMetadataApiCheck: true,
  skipRegionValidation: true,
  skipRequestingAccountId: true,
  skipS3Checksum: true,
} as const
