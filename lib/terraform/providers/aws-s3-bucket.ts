import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface AwsS3BucketAttributes {
  readonly bucket: string
  readonly force_destroy?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

/** `aws_s3_bucket`: since 2023 private, encrypted by the store, and without ACLs. */
export class AwsS3Bucket extends PlainResource<AwsS3BucketAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<AwsS3BucketAttributes>) {
    super(scope, id, 'aws_s3_bucket', props)
  }
}

export interface AwsS3BucketPublicAccessBlockAttributes {
  readonly bucket: string
  readonly block_public_acls: boolean
  readonly block_public_policy: boolean
  readonly ignore_public_acls: boolean
  readonly restrict_public_buckets: boolean
}

/** `aws_s3_bucket_public_access_block`. */
export class AwsS3BucketPublicAccessBlock extends PlainResource<AwsS3BucketPublicAccessBlockAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<AwsS3BucketPublicAccessBlockAttributes>) {
    super(scope, id, 'aws_s3_bucket_public_access_block', props)
  }
}

export interface AwsS3BucketLifecycleConfigurationAttributes {
  readonly bucket: string
  readonly rule: readonly {
    readonly id: string
    readonly status: 'Enabled' | 'Disabled'
    /** An empty one is the whole bucket. */
    readonly filter: readonly { readonly prefix?: string }[]
    readonly abort_incomplete_multipart_upload: readonly { readonly days_after_initiation: number }[]
  }[]
}

/** `aws_s3_bucket_lifecycle_configuration`. */
export class AwsS3BucketLifecycleConfiguration extends PlainResource<AwsS3BucketLifecycleConfigurationAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<AwsS3BucketLifecycleConfigurationAttributes>) {
    super(scope, id, 'aws_s3_bucket_lifecycle_configuration', props)
  }
}
