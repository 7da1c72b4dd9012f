import type { BucketStorage } from '../../environment/environment.ts'
import type { S3Parameters } from '../s3-parameters.ts'
import type { Condition } from '../state.ts'

/**
 * Of the data stack's state: that it stands for the bucket which the registry is to ask.
 *
 * The data stack refuses another `s3_bucket` once it made the file's, but it has no say where the registry is deployed alone: it would start
 * without the images. A bucket that the file calls existing is nobody's, and may be another.
 */
export function heldBucket({ existing }: Pick<BucketStorage, 'existing'>, { bucket }: S3Parameters): readonly Condition[] {
  if (existing) return []
  return [
    {
      condition: `\${try(self.outputs.bucket, ${bucket.fqn}) == ${bucket.fqn}}`,
      error_message: `The data stack stands for the bucket \${try(self.outputs.bucket, "")}, and s3_bucket for \${${bucket.fqn}}: the registry would start without the images. Give both stacks the same s3_bucket, or none. To go to a bucket that exists, write its name and existing: true into the environment's storage section.`,
    },
  ]
}
