import type { TerraformStack } from '../tf.ts'
import { bucketId } from './bucket.ts'

/** All that this kit ever makes for a bucket. */
const addresses = [
  ...['minio_s3_bucket', 'nifcloud_storage_bucket', 'cloudflare_r2_bucket', 'aws_s3_bucket'].map(type => `${type}.${bucketId}`),
  `aws_s3_bucket_public_access_block.${bucketId}-access`,
  `aws_s3_bucket_lifecycle_configuration.${bucketId}-uploads`,
]

/**
 * A bucket that is there: nothing is made.
 *
 * Where the stack made one before the file said so, the state forgets it. Without this, its absence would be an order to destroy it.
 */
export function leaveBucket(stack: TerraformStack): void {
  stack.addOverride(
    'removed',
    addresses.map(from => ({ from, lifecycle: { destroy: false } })),
  )
}
