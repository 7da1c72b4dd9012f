import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface MinioS3BucketAttributes {
  readonly bucket: string
  readonly acl?: 'private'
  /** Whether a destroy takes the objects along; otherwise the store refuses while there are any. */
  readonly force_destroy?: boolean
}

/** `minio_s3_bucket`: a bucket on any S3 store. Making one that exists is an error. */
export class MinioS3Bucket extends PlainResource<MinioS3BucketAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<MinioS3BucketAttributes>) {
    super(scope, id, 'minio_s3_bucket', props)
  }
}
