import type { CdktfEnvironment } from '../environment/environment.ts'
import { localStateOf, useLocalState } from './local-state.ts'
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

/**
 * The state of the environment's other stack, from where that one keeps it; it hands over the outputs.
 *
 * It is called as that stack is: where it was never deployed, Terraform names it, and no more.
 */
export function stateOf(stack: TerraformStack, other: string, { state }: Pick<CdktfEnvironment, 'state'>): TerraformRemoteState {
  return state.backend === 'local' ? localStateOf(stack, other) : new DataTerraformRemoteStateS3(stack, other, s3State(state, other))
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
