import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Bucket } from '../../../../registry-app/src/s3/bucket.ts'
import { staticCredentials } from '../../../../registry-app/src/s3/credentials.ts'
import { openBucket } from '../../../../registry-app/src/s3/open-bucket.ts'
import type { S3Options } from '../../../../registry-app/src/s3/options.ts'
import type { S3Server } from '../../../support/s3-server.ts'
import { atTheEnd } from '../../support/at-the-end.ts'

/** The client that is tested, on the bucket `images` of a real store. To be called in `beforeAll`. */
export async function openClient(
  { accessKeyId, secretAccessKey, region }: S3Server,
  endpoint: string,
  options: Partial<S3Options> = {},
): Promise<S3Bucket> {
  const credentials = staticCredentials({ accessKeyId, secretAccessKey })
  const bucket = await openBucket(
    { bucket: 'images', region, endpoint, credentials, listing: 'auto', ...options },
    {
      now: () => new Date(),
      clock: () => performance.now(),
      random: Math.random,
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}),
    },
  )
  atTheEnd(() => bucket.close())
  return bucket
}
