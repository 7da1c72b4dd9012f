import type { S3Bucket } from '../../../registry-app/src/s3/bucket.ts'
import { openBucket } from '../../../registry-app/src/s3/open-bucket.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { atTheEnd } from './at-the-end.ts'

/** A bucket of a store, to look at what somebody left there. */
export async function bucketOf({ endpoint, region, ...credentials }: S3Server, bucket = 'images'): Promise<S3Bucket> {
  const options = { bucket, endpoint, region, credentials: async () => credentials }
  const surroundings = { now: () => new Date(), clock: () => performance.now(), random: Math.random, sleep: async () => {} }
  const opened = await openBucket(options, surroundings)
  atTheEnd(() => opened.close())
  return opened
}
