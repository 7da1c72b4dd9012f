import type { Construct } from 'constructs'
import { r2Place } from '../../environment/bucket-maker.ts'
import { CloudflareProvider } from '../providers/cloudflare-provider.ts'
import { CloudflareR2Bucket } from '../providers/cloudflare-r2-bucket.ts'
import { type BucketProps, bucketId, bucketRule } from './bucket.ts'

/** A bucket of Cloudflare R2, by Cloudflare's own API: its token is another secret than the keys that the registry signs with. */
export function makeR2Bucket(scope: Construct, props: BucketProps): void {
  const place = r2Place(props.storage)
  if (!place) throw new TypeError('the check of the environment asks for the account')
  const { account, jurisdiction } = place
  new CloudflareProvider(scope)
  new CloudflareR2Bucket(scope, bucketId, {
    ...bucketRule(props),
    attributes: { account_id: account, name: props.storage.bucket, ...(jurisdiction === undefined ? {} : { jurisdiction }) },
  })
}
