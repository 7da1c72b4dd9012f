import { expect, test } from 'vitest'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { registryConfig } from '../../../lib/environment/registry-config.ts'

const storageOf = (written: string) =>
  registryConfig(parseEnvironment('a.yml', `engine: cdktf\nstorage: {driver: s3, ${written}}\n`)).storage

test.each([
  [
    'a provider says the rest',
    'provider: nifcloud-old, region: east-1, bucket: images',
    {
      s3: {
        bucket: 'images',
        region: 'east-1',
        regionendpoint: 'east-1.os.cloud.nifty.com',
        secure: true,
        forcepathstyle: true,
        signingversion: 'v2',
      },
    },
  ],
  [
    'a store of one’s own is spoken to by v4 and path',
    'endpoint: "http://minio:9000", region: us-east-1, bucket: images',
    {
      s3: {
        bucket: 'images',
        region: 'us-east-1',
        regionendpoint: 'minio:9000',
        secure: false,
        forcepathstyle: true,
        signingversion: 'v4',
      },
    },
  ],
  [
    'the file’s own words come first',
    'provider: minio, endpoint: "https://minio.example.com", region: tokyo, bucket: images, signingVersion: v2, addressing: virtual, prefix: registry, redirect: always, contentMd5: true',
    {
      s3: {
        bucket: 'images',
        region: 'tokyo',
        regionendpoint: 'minio.example.com',
        secure: true,
        forcepathstyle: false,
        signingversion: 'v2',
        contentmd5: true,
        rootdirectory: 'registry',
      },
      redirect: { disable: false },
    },
  ],
])('%s', (_, written, expected) => {
  expect(storageOf(written)).toEqual({ ...expected, delete: { enabled: true } })
})
