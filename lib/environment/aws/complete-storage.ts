import type { AwsBucketStorage } from '../environment.ts'

/** Whether the bucket is on Amazon S3, where the role of the host signs, and the data stack can make it. */
export function isAmazon({ provider, endpoint }: Pick<AwsBucketStorage, 'provider' | 'endpoint'>): boolean {
  return endpoint === undefined && (provider === undefined || provider === 'aws')
}

/** Fills in what follows from where the registry is: a bucket of Amazon's, in its region. */
export function completeStorage(storage: AwsBucketStorage, { region }: { readonly region: string }): AwsBucketStorage {
  return isAmazon(storage) ? { ...storage, provider: 'aws', region: storage.region ?? region } : storage
}

/** Whether the data stack makes the bucket. */
export function makesBucket(storage: Pick<AwsBucketStorage, 'existing' | 'provider' | 'endpoint'>): boolean {
  return isAmazon(storage) && !storage.existing
}
