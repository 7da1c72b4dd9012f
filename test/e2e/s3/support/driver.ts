import { setTimeout as sleep } from 'node:timers/promises'
import { staticCredentials } from '../../../../registry-app/src/s3/credentials.ts'
import { openBucket } from '../../../../registry-app/src/s3/open-bucket.ts'
import type { S3Options } from '../../../../registry-app/src/s3/options.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { openS3Driver, type S3DriverOptions } from '../../../../registry-app/src/storage/s3/driver.ts'
import type { S3Server } from '../../../support/s3-server.ts'
import { atTheEnd } from '../../support/at-the-end.ts'

const MiB = 1024 * 1024
let count = 0

export interface DriverOptions {
  s3?: Partial<S3Options>
  driver?: Partial<S3DriverOptions>
}

/** A driver over a bucket of its own. */
export async function s3DriverOver(server: S3Server, { s3, driver }: DriverOptions = {}): Promise<StorageDriver> {
  count += 1
  const name = s3?.bucket ?? `images-${count}`
  if (s3?.bucket === undefined) await server.createBucket(name)
  const bucket = await openBucket(
    {
      bucket: name,
      region: server.region,
      endpoint: server.endpoint,
      credentials: staticCredentials(server),
      ...s3,
    },
    {
      now: () => new Date(),
      clock: () => performance.now(),
      random: Math.random,
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    },
  )
  atTheEnd(() => bucket.close())
  return openS3Driver({
    bucket,
    rootdirectory: 'some/folder',
    chunkSize: 5 * MiB,
    uploadMemory: 64 * MiB,
    copies: { threshold: 8 * MiB, chunkSize: 5 * MiB, concurrency: 4 },
    abandonedAfter: 24 * 3_600_000,
    redirects: { on: () => false, endpoint: undefined },
    readOnly: false,
    randomName: () => crypto.randomUUID().replaceAll('-', '').slice(0, 16),
    now: () => new Date(),
    ...driver,
  })
}
