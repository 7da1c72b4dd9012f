import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { keyPrefix } from './key-prefix.ts'

export interface ImagesGrant {
  readonly bucket: IBucket
  /** The folder that the registry's keys lie in. @default - none: the whole bucket is its own */
  readonly folder?: string | undefined
  /** The KMS key of the bucket. @default - the bucket's own, if it has one */
  readonly keyArn?: string | undefined
}

/** Lets the registry do what it does (`registry-app/src/s3` has a file for each operation), to its bucket and below its prefix. */
export function grantImages(grantee: IGrantable, { bucket, folder, keyArn = bucket.encryptionKey?.keyArn }: ImagesGrant): void {
  const { grantPrincipal } = grantee
  const prefix = keyPrefix(folder)
  const grant = (statement: PolicyStatement) => grantPrincipal.addToPrincipalPolicy(statement)
  grant(
    new PolicyStatement({
      sid: 'Images',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
  )
  grant(
    new PolicyStatement({
      sid: 'ListImages',
      actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
      // IfExists: to a GET of what is not there S3 answers 404 only to who may list, and that request has no such key.
      ...(prefix === '' ? {} : { conditions: { StringLikeIfExists: { 's3:prefix': `${prefix}*` } } }),
    }),
  )
  // What the doctor looks at. Old versions are not its: they undo what somebody does by these keys.
  grant(
    new PolicyStatement({
      sid: 'ExamineBucket',
      actions: ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:GetLifecycleConfiguration'],
      resources: [bucket.bucketArn],
    }),
  )
  if (keyArn !== undefined) {
    grant(new PolicyStatement({ sid: 'ImagesKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn] }))
  }
}
