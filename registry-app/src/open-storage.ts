import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from './config/schema/config.ts'
import type { Log } from './ops/log.ts'
import { readCacert } from './read-cacert.ts'
import { amazonCredentials, registryKeys } from './s3/amazon-credentials.ts'
import { staticCredentials } from './s3/credentials.ts'
import { openBucket } from './s3/open-bucket.ts'
import type { Exchange, S3Options } from './s3/options.ts'
import type { StorageDriver } from './storage/driver.ts'
import { filesystemDriver } from './storage/filesystem/driver.ts'
import { memoryDriver } from './storage/memory.ts'
import { openS3Driver } from './storage/s3/driver.ts'
import { canaryKey, keyPrefix } from './storage/s3/own-keys.ts'
import { redirects } from './storage/s3/redirects.ts'
import type { Tally } from './storage/tally.ts'

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
}

/** Between two tries whether clients can be sent to the store. Milliseconds. */
const redirectsDecidedEvery = 10 * 60_000

/** The driver that the configuration names. */
export async function openStorage(storage: Config['storage'], surroundings: StorageSurroundings): Promise<StorageDriver> {
  const { now, randomName } = surroundings
  if (storage.filesystem) return filesystemDriver({ rootdirectory: storage.filesystem.rootdirectory, randomName, now })
  return storage.s3 ? openBucketStorage(storage.s3, storage, surroundings) : memoryDriver({ now })
}

type S3Config = NonNullable<Config['storage']['s3']>

async function openBucketStorage(s3: S3Config, storage: Config['storage'], surroundings: StorageSurroundings): Promise<StorageDriver> {
  const { log, now, randomName } = surroundings
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
    readOnly: storage.maintenance.readonly.enabled,
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
    readOnly: storage.maintenance.readonly.enabled,
    randomName,
    now,
  })
  if (surroundings.quiet) return driver
  void sending.decide()
  setInterval(() => void sending.decide(), redirectsDecidedEvery).unref()
  return driver
}

/** `storage.s3` in the client's words. */
function s3Options(s3: S3Config, { environment, now, observe }: StorageSurroundings): S3Options {
  const region = s3.region ?? 'us-east-1'
  return {
    bucket: s3.bucket,
    region,
    endpoint: s3.regionendpoint,
    secure: s3.secure,
    addressing: s3.forcepathstyle === undefined ? undefined : s3.forcepathstyle ? 'path' : 'virtual',
    amazon: { dualstack: s3.usedualstack, fips: s3.usefipsendpoint, accelerate: s3.accelerate },
    credentials:
      s3.accesskey !== undefined && s3.secretkey !== undefined
        ? staticCredentials({ accessKeyId: s3.accesskey, secretAccessKey: s3.secretkey, sessionToken: s3.sessiontoken })
        : amazonCredentials({ region, environment, now, advice: registryKeys }),
    signing: s3.signingversion ?? (s3.v4auth === false ? 'v2' : 'v4'),
    listing: s3.listversion === 'auto' ? 'auto' : s3.listversion === '1' ? 1 : 2,
    storageClass: s3.storageclass?.toUpperCase() === 'NONE' ? undefined : s3.storageclass,
    encryption: s3.encrypt ? (s3.keyid === undefined ? 'AES256' : { kmsKeyId: s3.keyid }) : undefined,
    acl: s3.objectacl?.toLowerCase() === 'none' ? undefined : s3.objectacl,
    userAgent: s3.useragent,
    ca: readCacert(s3.cacert),
    skipVerify: s3.skipverify,
    connections: s3.maxconnections,
    retries: { time: s3.retrytime },
    observe,
  }
}

/** As a client would: with nothing but the URL. */
async function fetchText(url: URL): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' })
  if (answer.status !== 200) throw new Error(`the store answered ${answer.status}`)
  return answer.text()
}
