import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import { bundle } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Blob, clientOf, imageOf, pullImage, pushImage } from './support/client.ts'
import { s3DriverOver } from './support/driver.ts'
import { bucketStorage, startReplicas } from './support/replicas.ts'

const dataOf = ({ digest }: Blob) => `docker/registry/v2/blobs/sha256/${digest.slice(7, 9)}/${digest.slice(7)}/data`
const scrubbing = { maintenance: { scrub: { enabled: true, schedule: '1s' } } }

suite('damage on MinIO', [minio], () => {
  let store: S3Server
  let driver: StorageDriver
  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    driver = await s3DriverOver(store, { s3: { bucket: 'images' }, driver: { rootdirectory: '' } })
  })

  const replica = async (storage = {}) => clientOf(await startReplicas(1, { store, endpoint: store.endpoint, bucket: 'images', storage }))

  const check = async (...args: string[]) => {
    const file = join(await temporaryFolder(), 'config.yml')
    await writeFile(file, stringify({ version: 0.1, storage: bucketStorage({ store, endpoint: store.endpoint, bucket: 'images' }) }))
    return run(process.execPath, [bundle, 'check', file, ...args])
  }

  it('is found by reading, served by no replica from then on, told by check, and mended by a push of the same image', async () => {
    const scrubber = await replica(scrubbing)
    const image = imageOf([3_000_000, 70_000], 1)
    const [layer] = image.layers as [Blob, ...Blob[]]
    await pushImage(scrubber, 'team/app', 'v1', image)
    expect(await check('--deep')).toContain('0 problems')

    await driver.put(dataOf(layer), Buffer.alloc(layer.content.length, 'damage'))
    const head = async (client = scrubber) => (await client.ask('HEAD', `/v2/team/app/blobs/${layer.digest}`)).status
    // What was stored within ten seconds is looked at next time.
    await expect.poll(() => head(), { timeout: 60_000, interval: 500 }).toBe(404)
    const other = await replica()
    expect([await head(other), (await other.ask('GET', `/v2/team/app/blobs/${layer.digest}`)).status]).toEqual([404, 404])
    await expect(check('team/app:v1')).rejects.toThrow(`(v1): the blob ${layer.digest} is damaged: it is quarantined`)

    await pushImage(other, 'team/app', 'v1', image, other.pushAsContainerd)
    for (const client of [other, scrubber]) await pullImage(client, 'team/app', 'v1', image, [image.config, ...image.layers])
    expect(await check('--deep')).toContain('0 problems')
    await expect
      .poll(async () => (await Array.fromAsync(driver.list('docker/registry/v2/_registry/damaged/'))).flatMap(({ objects }) => objects), {
        timeout: 60_000,
        interval: 500,
      })
      .toEqual([])
  })
})
