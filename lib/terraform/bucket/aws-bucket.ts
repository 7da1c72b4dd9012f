import type { Construct } from 'constructs'
import { AwsProvider } from '../providers/aws-provider.ts'
import { AwsS3Bucket, AwsS3BucketLifecycleConfiguration, AwsS3BucketPublicAccessBlock } from '../providers/aws-s3-bucket.ts'
import { type BucketProps, bucketId, bucketRule, given } from './bucket.ts'

/** As long as the registry leaves an upload alone (`storage.maintenance.uploadpurging.age`). */
const abortAfterDays = 7

/** A bucket on Amazon S3 for a registry that runs elsewhere. */
export function makeAwsBucket(scope: Construct, props: BucketProps): void {
  const { region, accessKey, secretKey } = props.parameters
  const { name, labels } = props.environment
  const { count, preventDestroy } = bucketRule(props)
  new AwsProvider(scope, { region: region.stringValue, access_key: given(accessKey), secret_key: given(secretKey) })
  new AwsS3Bucket(scope, bucketId, {
    count,
    preventDestroy,
    attributes: { bucket: props.storage.bucket, force_destroy: false, tags: { ...labels, 'bucket-registry.environment': name } },
  })
  // By its address, so that these come after the bucket and go before it.
  const bucket = `\${aws_s3_bucket.${bucketId}[0].bucket}`
  new AwsS3BucketPublicAccessBlock(scope, `${bucketId}-access`, {
    count,
    attributes: {
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    },
  })
  new AwsS3BucketLifecycleConfiguration(scope, `${bucketId}-uploads`, {
    count,
    attributes: {
      bucket,
      rule: [
        {
          id: 'abort-forgotten-uploads',
          status: 'Enabled',
          filter: [{}],
          abort_incomplete_multipart_upload: [{ days_after_initiation: abortAfterDays }],
        },
      ],
    },
  })
}
