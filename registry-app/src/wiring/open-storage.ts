import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import { openBucket } from '../s3/open-bucket.ts'
import type { Exchange } from '../s3/options.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { filesystemDriver } from '../storage/filesystem/driver.ts'
import { memoryDriver } from '../storage/memory.ts'
import { openS3Driver } from '../storage/s3/driver.ts'
import { canaryKey, keyPrefix } from '../storage/s3/own-keys.ts'
import { redirects } from '../storage/s3/redirects.ts'
import type { Tally } from '../storage/tally.ts'
import { type S3Config, s3Options } from './s3-options.ts'

export interface StorageSurroundings {
  log: Log
  now: () => Date
  randomName: () => string
  environment: Readonly<Record<string, string | undefined>>
  /** Told of every request to a store. */
  observe?: ((exchange: Exchange) => void) | undefined
  sharedReads?: Tally | undefined
  /** No client is served: none is sent anywhere. @default false */
  quiet?: boolean | undefined
  /** Nothing is written, not even to find out what the store can. @default as the configuration says */
  readOnly?: boolean | undefined
}

/** Between two tries whether clients can be sent to the store. Milliseconds. */
const redirectsDecidedEvery = 10 * 60_000

/** The driver that the configuration names. */
export async function openStorage(storage: Config['storage'], surroundings: StorageSurroundings): Promise<StorageDriver> {
  const { now, randomName } = surroundings
  if (storage.filesystem) return filesystemDriver({ rootdirectory: storage.filesystem.rootdirectory, randomName, now })
  return storage.s3 ? openBucketStorage(storage.s3, storage, surroundings) : memoryDriver({ now })
}

async function openBucketStorage(s3: S3Config, storage: Config['storage'], surroundings: StorageSurroundings): Promise<StorageDriver> {
  const { log, now, randomName, readOnly = storage.maintenance.readonly.enabled } = surroundings
  const bucket = await openBucket(s3Options(s3, surroundings), {
    now,
    clock: () => performance.now(),
    random: Math.random,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  })
  const sending = redirects({
    disable: storage.redirect.disable,
    bucket,
    endpoint: s3.redirectendpoint,
    canary: keyPrefix(s3.rootdirectory) + canaryKey('redirect'),
    readOnly,
    fetch: fetchText,
    resolve: async hostname => (await lookup(hostname, { all: true })).map(({ address }) => address),
    say: (message, facts) => log.info(message, facts),
  })
  const driver = await openS3Driver({
    bucket,
    rootdirectory: s3.rootdirectory,
    chunkSize: s3.chunksize,
    uploadMemory: s3.uploadmemory,
    copies: {
      threshold: s3.multipartcopythresholdsize,
      chunkSize: s3.multipartcopychunksize,
      concurrency: s3.multipartcopymaxconcurrency,
    },
    abandonedAfter: storage.maintenance.uploadpurging.age,
    redirects: { endpoint: s3.redirectendpoint, on: () => sending.on },
    sharedReads: surroundings.sharedReads,
    readOnly,
    randomName,
    now,
  })
  if (surroundings.quiet) return driver
  void sending.decide()
  setInterval(() => void sending.decide(), redirectsDecidedEvery).unref()
  return driver
}

/** As a client would: with nothing but the URL. */
async function fetchText(url: URL): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' })
  if (answer.status !== 200) throw new Error(`the store answered ${answer.status}`)
  return answer.text()
}
