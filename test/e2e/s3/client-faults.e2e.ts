import { beforeAll, expect, it } from 'vitest'
import { completeMultipartUpload } from '../../../registry-app/src/s3/complete-multipart-upload.ts'
import { createMultipartUpload } from '../../../registry-app/src/s3/create-multipart-upload.ts'
import { deleteObjects } from '../../../registry-app/src/s3/delete-objects.ts'
import { getObject } from '../../../registry-app/src/s3/get-object.ts'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import { listObjects } from '../../../registry-app/src/s3/list-objects.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { putObjectIfAbsent } from '../../../registry-app/src/s3/put-object-if-absent.ts'
import { uploadPart } from '../../../registry-app/src/s3/upload-part.ts'
import { type Fault, mixedFaults } from '../../fault-proxy/fault.ts'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import { always, atRate, noFaults, onOperations, times } from '../../fault-proxy/plan.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { openClient } from './support/open-client.ts'

const lostAnswer: Fault = { kind: 'reset', at: 'answer' }

suite('a store behind a network that fails', [minio], () => {
  let store: S3Server
  let proxy: FaultProxy

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    proxy = await faultProxy({ to: store.endpoint })
  })

  it.each(['v2', 'v4'] as const)('of a thousand requests a tenth fails, and no call does (%s)', async signing => {
    const bucket = await openClient(store, proxy.endpoint, {
      signing,
      listing: 2,
      timeouts: { answer: 2000, slowAnswer: 2000, stall: 2000 },
    })
    const random = seededRandom(13)
    proxy.plan = atRate(0.1, mixedFaults, random)
    for (let round = 0; round < 60; round++) {
      const [small, large] = [random.bytes(300), random.bytes(400_000)]
      const keys = [
        `${signing}/${round}/small`,
        `${signing}/${round}/large`,
        `${signing}/${round}/once`,
        `${signing}/${round}/parts`,
      ] as const
      await putObject(bucket, keys[0], [small])
      await putObject(bucket, keys[1], [large.subarray(0, 100_000), large.subarray(100_000)])
      expect(await putObjectIfAbsent(bucket, keys[2], [small])).toBe(true)
      expect(await putObjectIfAbsent(bucket, keys[2], [random.bytes(300)])).toBe(false)

      const uploadId = await createMultipartUpload(bucket, keys[3])
      const parts = [await uploadPart(bucket, keys[3], { uploadId, partNumber: 1, content: [large] })]
      await completeMultipartUpload(bucket, keys[3], { uploadId, parts, size: large.length })

      for (const [key, content] of [
        [keys[0], small],
        [keys[1], large],
        [keys[2], small],
        [keys[3], large],
      ] as const) {
        expect(await headObject(bucket, key)).toMatchObject({ size: content.length })
        const object = await getObject(bucket, key)
        expect(object && Buffer.concat(await Array.fromAsync(object.body, piece => Buffer.from(piece))).equals(content)).toBe(true)
      }
      const listed = (await Array.fromAsync(listObjects(bucket, `${signing}/${round}/`))).flatMap(({ objects }) => objects)
      expect(listed).toHaveLength(4)
      await deleteObjects(bucket, keys)
      expect(await headObject(bucket, keys[3])).toBeUndefined()
    }
    const hits = Object.values(proxy.hits()).reduce((sum, count) => sum + count, 0)
    expect(hits).toBeGreaterThan(60)
  })

  it('an upload whose end was reached without an answer is not lost', async () => {
    const bucket = await openClient(store, proxy.endpoint)
    proxy.plan = times(1, onOperations(['CompleteMultipartUpload'], always(lostAnswer)))
    proxy.forget()
    const uploadId = await createMultipartUpload(bucket, 'ended')
    const parts = [await uploadPart(bucket, 'ended', { uploadId, partNumber: 1, content: [Buffer.from('content')] })]
    await completeMultipartUpload(bucket, 'ended', { uploadId, parts, size: 7 })
    expect(proxy.counts()).toMatchObject({ CompleteMultipartUpload: 2, HeadObject: 1 })
  })

  it('who was first knows it, although the answer was lost', async () => {
    const bucket = await openClient(store, proxy.endpoint)
    proxy.plan = times(1, onOperations(['PutObject'], always(lostAnswer)))
    expect(await putObjectIfAbsent(bucket, 'lease', [Buffer.from('mine')])).toBe(true)
  })

  it('a store that is away is unavailable within the time that is set, and is there again when it is', async () => {
    proxy.plan = noFaults
    const bucket = await openClient(store, proxy.endpoint, { retries: { time: 1000 } })
    await putObject(bucket, 'here', [Buffer.from('x')])
    await proxy.goAway()
    const begun = performance.now()
    await expect(headObject(bucket, 'here')).rejects.toMatchObject({ unavailable: true })
    expect(performance.now() - begun).toBeLessThan(2500)
    await proxy.comeBack()
    expect(await headObject(bucket, 'here')).toMatchObject({ size: 1 })
  })
})
