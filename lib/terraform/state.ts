import type { CdktfEnvironment } from '../environment/environment.ts'
import { useLocalState } from './local-state.ts'
import { S3Backend, type TerraformStack } from './tf.ts'

/** Keeps the stack's state where the environment says. */
export function useState(stack: TerraformStack, { state }: Pick<CdktfEnvironment, 'state'>): void {
  if (state.backend === 'local') {
    useLocalState(stack)
    return
  }
  const { bucket, region, prefix, endpoint, lock } = state
  new S3Backend(stack, {
    bucket,
    region,
    key: `${prefix}/${stack.node.id}.tfstate`,
    encrypt: endpoint === undefined,
    ...(endpoint === undefined ? {} : { endpoints: { s3: endpoint }, usePathStyle: true, ...notAmazon }),
  })
  // cdktf 0.21 does not know it yet: https://github.com/hashicorp/terraform-cdk/issues/3933
  if (lock) stack.addOverride('terraform.backend.s3.use_lockfile', true)
}

/** What Terraform would ask Amazon about, and the checksum that other stores do not know: https://developer.hashicorp.com/terraform/language/backend/s3 */
const notAmazon = {
  skipCredentialsValidation: true,
  skipMetadataApiCheck: true,
  skipRegionValidation: true,
  skipRequestingAccountId: true,
  skipS3Checksum: true,
} as const
