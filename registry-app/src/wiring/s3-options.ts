import type { Config } from '../config/schema/config.ts'
import { amazonCredentials, registryKeys } from '../s3/amazon-credentials.ts'
import { staticCredentials } from '../s3/credentials.ts'
import type { S3Options } from '../s3/options.ts'
import { readCacert } from './read-cacert.ts'

export type S3Config = NonNullable<Config['storage']['s3']>

export interface ClientSurroundings {
  now: () => Date
  environment: Readonly<Record<string, string | undefined>>
  observe?: S3Options['observe']
}

/** `storage.s3` in the client's words. */
export function s3Options(s3: S3Config, { environment, now, observe }: ClientSurroundings): S3Options {
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
    contentMd5: s3.contentmd5,
    userAgent: s3.useragent,
    ca: readCacert(s3.cacert),
    skipVerify: s3.skipverify,
    connections: s3.maxconnections,
    retries: { time: s3.retrytime },
    observe,
  }
}
