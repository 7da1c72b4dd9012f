import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface NifcloudStorageBucketAttributes {
  readonly bucket: string
}

/** `nifcloud_storage_bucket`: a bucket of NIFCLOUD's Object Storage Service. The store refuses to delete it while anything is in it. */
export class NifcloudStorageBucket extends PlainResource<NifcloudStorageBucketAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<NifcloudStorageBucketAttributes>) {
    super(scope, id, 'nifcloud_storage_bucket', props)
  }
}
