import { beforeEach, expect, test, vi } from 'vitest'
import type { S3Bucket } from '../../../registry-app/src/s3/bucket.ts'
import { startEventReceiver } from '../../support/event-receiver.ts'
import { bucketStorage } from '../s3/support/replicas.ts'
import { storedKeys } from '../s3/support/stored-objects.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { digests, pusher, told } from './pushes.ts'

const patience = { timeout: 30_000, interval: 50 }

suite('Events that wait in a bucket', [minio], () => {
  let bucket: S3Bucket
  let start: (url: string) => ReturnType<typeof startServer>
  const waiting = () => storedKeys(bucket, 'docker/registry/v2/_registry/notifications/')

  beforeEach(async () => {
    const store = await startMinio()
    await store.createBucket('images')
    bucket = await bucketOf(store)
    start = async url => {
      const storage = bucketStorage({ store, endpoint: store.endpoint, bucket: 'images' })
      const notifications = { endpoints: [{ name: 'test', url, timeout: '500ms' }] }
      const server = await startServer({ folder: await temporaryFolder(), config: { storage, notifications } })
      atTheEnd(() => server.kill())
      return server
    }
  })

  test('are delivered by another replica, once theirs has ended; and nothing of them stays', async () => {
    const receiver = await startEventReceiver()
    atTheEnd(() => receiver.stop())
    const push = pusher()
    receiver.mood(503)
    const before = await start(receiver.url)
    const first = await push(before, 20)
    expect(await before.stop()).toBe(0)
    expect(await waiting()).toHaveLength(1)

    receiver.mood(200)
    const after = await start(receiver.url)
    const second = await push(after, 5)
    await vi.waitUntil(() => told(receiver).length === 25, patience)
    expect(told(receiver)).toEqual(digests([...first, ...second]))
    expect(await after.stop()).toBe(0)
    expect(await waiting()).toEqual([])
  })

  test('are not there at all while the receiver takes them', async () => {
    const receiver = await startEventReceiver()
    atTheEnd(() => receiver.stop())
    const server = await start(receiver.url)
    await pusher()(server, 50)
    await vi.waitUntil(() => told(receiver).length === 50, patience)
    expect(await waiting()).toEqual([])
  })
})
