import type { Construct } from 'constructs'
import { NifcloudProvider } from '../providers/nifcloud-provider.ts'
import { NifcloudStorageBucket } from '../providers/nifcloud-storage-bucket.ts'
import { type BucketProps, bucketId, bucketRule, given } from './bucket.ts'

/** A bucket of NIFCLOUD's Object Storage Service, by its own provider, which signs with version 4 and knows no lifecycle rules. */
export function makeNifcloudBucket(scope: Construct, props: BucketProps): void {
  const { region, accessKey, secretKey } = props.parameters
  new NifcloudProvider(scope, {
    storage_region: region.stringValue,
    storage_access_key: given(accessKey),
    storage_secret_key: given(secretKey),
  })
  new NifcloudStorageBucket(scope, bucketId, { ...bucketRule(props), attributes: { bucket: props.storage.bucket } })
}
