import { beforeAll, expect, it } from 'vitest'
import type { Plan } from '../../fault-proxy/plan.ts'
import { contentMd5Demand } from '../../support/content-md5-demand.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { clientOf, imageOf, pullImage, pushImage } from './support/client.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { startReplicas } from './support/replicas.ts'

/** As Amazon S3 does for a bucket with Object Lock and a retention by default: MinIO demands nothing. */
const demandsMd5: Plan = ({ operation, headers }) =>
  ['PutObject', 'UploadPart'].includes(operation) && headers['content-md5'] === undefined
    ? { kind: 'answer', status: 400, code: 'InvalidRequest', message: contentMd5Demand }
    : undefined

suite('a bucket that demands Content-MD5', [minio], () => {
  let store: S3Server
  let endpoint: string

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    endpoint = (await faultProxy({ to: store.endpoint, plan: demandsMd5 })).endpoint
  })

  const registry = (s3: Record<string, unknown>) => startReplicas(1, { store, endpoint, bucket: 'images', s3 })

  it.each(['v2', 'v4'])('takes layers of one part and of several, and all else, signed by %s', async signingversion => {
    const client = clientOf(await registry({ contentmd5: true, signingversion }))
    const image = imageOf([100_000, 60_000_000], 7)
    await pushImage(client, `team/${signingversion}`, 'v1', image)
    await pullImage(client, `team/${signingversion}`, 'v1', image)
  })

  it('has the log say what to set where it gets none', async () => {
    const servers = await registry({})
    await expect(pushImage(clientOf(servers), 'team/without', 'v1', imageOf([1000], 8))).rejects.toThrow()
    expect(servers[0]?.log()).toContain('the bucket demands Content-MD5: set storage.s3.contentmd5: true')
  })
})
