import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface CloudflareR2BucketAttributes {
  readonly account_id: string
  readonly name: string
  /** `eu` or `fedramp`; its endpoint then has that word in its name. @default - none */
  readonly jurisdiction?: string
}

/** `cloudflare_r2_bucket`. Cloudflare aborts unfinished uploads after seven days by itself, and refuses to delete a bucket that is not empty. */
export class CloudflareR2Bucket extends PlainResource<CloudflareR2BucketAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<CloudflareR2BucketAttributes>) {
    super(scope, id, 'cloudflare_r2_bucket', props)
  }
}
