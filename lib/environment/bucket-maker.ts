import type { BucketStorage } from './environment.ts'

/**
 * By which Terraform provider the bucket of an environment comes to be; `existing`: by none.
 *
 * - `minio`: the S3 API itself, signed by either version, at whatever address
 * - the others: a provider's own API, where its endpoint is its own too
 */
export type BucketMaker = 'existing' | 'minio' | 'nifcloud' | 'cloudflare' | 'aws'

export function bucketMaker({ existing, provider, endpoint }: Pick<BucketStorage, 'existing' | 'provider' | 'endpoint'>): BucketMaker {
  if (existing) return 'existing'
  if (provider === 'cloudflare-r2') return 'cloudflare'
  if (endpoint === undefined && (provider === 'aws' || provider === 'nifcloud')) return provider
  return 'minio'
}

/** Whose bucket it is, as Cloudflare's API asks: what an endpoint such as `ACCOUNT.eu.r2.cloudflarestorage.com` has in its name. */
export function r2Place({ account, endpoint = '' }: Pick<BucketStorage, 'account' | 'endpoint'>): R2Place | undefined {
  const [, named, jurisdiction] = /^https?:\/\/([^./]+)\.(?:(eu|fedramp)\.)?r2\.cloudflarestorage\.com\/?$/.exec(endpoint) ?? []
  const owner = account ?? named
  return owner === undefined ? undefined : { account: owner, ...(jurisdiction === undefined ? {} : { jurisdiction }) }
}

export interface R2Place {
  readonly account: string
  readonly jurisdiction?: string
}
