import type { S3Bucket } from '../../../registry-app/src/s3/bucket.ts'
import { openBucket } from '../../../registry-app/src/s3/open-bucket.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { atTheEnd } from '../support/at-the-end.ts'

/** The bucket `images` of a store, to look at what the doctor left there. */
export async function bucketOf({ endpoint, region, ...credentials }: S3Server): Promise<S3Bucket> {
  const options = { bucket: 'images', endpoint, region, credentials: async () => credentials }
  const surroundings = { now: () => new Date(), clock: () => performance.now(), random: Math.random, sleep: async () => {} }
  const bucket = await openBucket(options, surroundings)
  atTheEnd(() => bucket.close())
  return bucket
}
