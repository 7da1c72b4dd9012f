import type { z } from 'zod'
import type { bucketBehindAws } from './aws/storage-schema.ts'
import type { cdkEnvironment, cdktfEnvironment } from './schema.ts'
import type { bucketOfAnyStore } from './storage-schema.ts'

interface Named {
  /** The name of its file; every resource carries it. */
  readonly name: string
}

/** A registry on AWS: an environment file with `engine: cdk`, checked, with every default filled in. */
export type CdkEnvironment = Named & z.output<typeof cdkEnvironment>

/** A registry on a Docker engine: an environment file with `engine: cdktf`, checked, with every default filled in. */
export type CdktfEnvironment = Named & z.output<typeof cdktfEnvironment>

/** The `storage` section of an environment whose images are in a bucket. */
export type BucketStorage = z.output<typeof bucketOfAnyStore>

/** The same behind AWS: Amazon S3 may make it, or another store may have it. */
export type AwsBucketStorage = z.output<typeof bucketBehindAws>

export type Environment = CdkEnvironment | CdktfEnvironment
