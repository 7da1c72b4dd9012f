import type { Construct } from 'constructs'
import { MinioProvider } from '../providers/minio-provider.ts'
import { MinioS3Bucket } from '../providers/minio-s3-bucket.ts'
import { TextFile } from '../text-file.ts'
import { type BucketProps, bucketId, bucketRule, given } from './bucket.ts'

/**
 * A bucket of any store, by the S3 API itself, signed with the version of the variable: version 2 is all that some stores know.
 *
 * It has no rule against forgotten uploads in parts, since this provider has none; the registry itself aborts them
 * (`storage.maintenance.uploadpurging`), and MinIO does after a day.
 */
export function makeMinioBucket(scope: Construct, props: BucketProps): void {
  const { endpoint, region, signingVersion, accessKey, secretKey } = props.parameters
  const { authority } = props.storage
  new MinioProvider(scope, {
    minio_server: `\${replace(${endpoint.fqn}, "/^https?:\\\\/\\\\/|\\\\/$/", "")}`,
    minio_ssl: `\${!startswith(${endpoint.fqn}, "http://")}`,
    minio_api_version: signingVersion.stringValue,
    minio_region: region.stringValue,
    ...(authority !== undefined && {
      minio_cacert_file: new TextFile(scope, 'authority', { name: 'authority.pem', text: authority }).path,
    }),
    minio_user: given(accessKey),
    minio_password: given(secretKey),
  })
  new MinioS3Bucket(scope, bucketId, {
    ...bucketRule(props),
    // Never by force: the kit empties it, by a command of its own, or not at all.
    attributes: { bucket: props.storage.bucket, acl: 'private', force_destroy: false },
  })
}
