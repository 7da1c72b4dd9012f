import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../fault-proxy/fault.ts'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import { always, noFaults, onOperations, type Plan } from '../../fault-proxy/plan.ts'
import { content } from '../../registry-app/support/bytes.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { blobOf, type Client, clientOf, type Image, imageOf, manifestType, pullImage, pushImage } from './support/client.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { startReplicas } from './support/replicas.ts'

const MB = 1_000_000
const retryTime = 3000
/** Beside it: a machine that is busy, and timers that undici rounds up to its next second. */
const grace = 2500
const octets = { 'content-type': 'application/octet-stream' }

suite('a store that goes away', [minio], () => {
  let store: S3Server
  let proxy: FaultProxy
  let server: RegistryServer
  let client: Client
  const image = imageOf([100_000, 25 * MB], 1)
  let seed = 100

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    proxy = await faultProxy({ to: store.endpoint })
    server = await registry({ retrytime: `${retryTime}ms` })
    client = clientOf([server])
    await pushImage(client, 'team/app', 'v1', image)
  })

  afterEach(() => {
    proxy.plan = noFaults
  })

  const registry = async (s3: Record<string, unknown>) => {
    const [first] = await startReplicas(1, { store, endpoint: proxy.endpoint, bucket: 'images', s3 })
    return first as RegistryServer
  }

  const status = async (path: string) => (await client.ask('GET', path)).status
  const [layer = image.config, large = image.config] = image.layers
  const fresh = (size: number) => blobOf(content(size, ++seed))

  /** What clients ask of a registry; each is one request that the store has a part in. */
  const requests: [what: string, prepare: () => Promise<() => Promise<Response>>][] = [
    ['HEAD of a blob', async () => () => client.ask('HEAD', `/v2/team/app/blobs/${layer.digest}`)],
    ['GET of a blob', async () => () => client.ask('GET', `/v2/team/app/blobs/${layer.digest}`)],
    ['GET of a manifest by its tag', async () => () => client.ask('GET', '/v2/team/app/manifests/v1')],
    ['the list of tags', async () => () => client.ask('GET', '/v2/team/app/tags/list')],
    [
      'PATCH of a layer of one part',
      async () => {
        const upload = await location()
        return () => client.ask('PATCH', upload, { body: fresh(MB).content, headers: octets })
      },
    ],
    [
      'PATCH of a layer of several parts',
      async () => {
        const upload = await location()
        return () => client.ask('PATCH', upload, { body: fresh(25 * MB).content, headers: octets })
      },
    ],
    [
      'PUT of a layer of several parts',
      async () => {
        const [upload, blob] = [await location(), fresh(25 * MB)]
        return () => client.ask('PUT', `${upload}&digest=${blob.digest}`, { body: blob.content, headers: octets })
      },
    ],
    [
      'a chunk that goes on',
      async () => {
        const headers = { ...octets, 'content-range': '0-999' }
        const first = await client.expect(202, 'PATCH', await location(), { body: fresh(1000).content, headers })
        const next = { ...octets, 'content-range': '1000-1999' }
        return () => client.ask('PATCH', first.headers.get('location') ?? '', { body: fresh(1000).content, headers: next })
      },
    ],
    [
      'PUT of a manifest',
      async () => () =>
        client.ask('PUT', '/v2/team/app/manifests/v2', { body: image.manifest.content, headers: { 'content-type': manifestType } }),
    ],
  ]

  async function location(): Promise<string> {
    const started = await client.expect(202, 'POST', '/v2/team/app/blobs/uploads/')
    return started.headers.get('location') ?? ''
  }

  /** 503 with Retry-After, in time, and a body that tells nothing of where the images are. */
  async function isUnavailable(answer: Response, begun: number, within = retryTime) {
    const body = await answer.text()
    expect({ status: answer.status, seconds: Number(answer.headers.get('retry-after')) > 0 }).toEqual({ status: 503, seconds: true })
    expect(performance.now() - begun).toBeLessThan(within + grace)
    const secrets = [store.accessKeyId, store.secretAccessKey, new URL(proxy.endpoint).host, 'images', 'docker/registry', 'S3', 'minio']
    for (const secret of secrets) expect(`${body} ${JSON.stringify([...answer.headers])}`).not.toContain(secret)
    if (body) expect(JSON.parse(body).errors).toEqual([expect.objectContaining({ code: 'UNAVAILABLE' })])
  }

  const stall = (at: 'request-body' | 'answer'): Fault => ({ kind: 'stall', at })
  const follow = (plan: Plan) => async () => {
    proxy.plan = plan
  }
  const ways: [how: string, leave: () => Promise<void>, comeBack: () => Promise<void>][] = [
    ['that cannot be connected to', () => proxy.goAway(), () => proxy.comeBack()],
    ['that takes requests and never answers', follow(always(stall('answer'))), follow(noFaults)],
    ['that answers 503', follow(always({ kind: 'answer', status: 503, code: 'ServiceUnavailable' })), follow(noFaults)],
  ]

  describe.each(ways)('%s', (_, leave, comeBack) => {
    it('is told to clients in time, whatever they ask, shows in /readyz and not in /healthz, and nothing has to be restarted', async () => {
      const acts = await Promise.all(requests.map(([, prepare]) => prepare()))
      await leave()
      const begun = performance.now()
      await Promise.all(acts.map(async act => isUnavailable(await act(), begun)))
      await expect.poll(() => status('/readyz'), { timeout: 8000 }).toBe(503)
      expect(await status('/healthz')).toBe(200)

      await comeBack()
      await expect.poll(() => status('/readyz'), { timeout: 5000 }).toBe(200)
      const another: Image = imageOf([50_000, 12 * MB], ++seed)
      await pushImage(client, 'team/app', 'again', another)
      await pullImage(client, 'team/app', 'again', another)
      await pullImage(client, 'team/app', 'v1', image)
    })
  })

  it('in the middle of an upload of several parts is told as soon as it is known', async () => {
    const blob = fresh(40 * MB)
    const upload = await location()
    proxy.plan = onOperations(['UploadPart'], always(stall('request-body')))
    const begun = performance.now()
    await isUnavailable(await client.ask('PUT', `${upload}&digest=${blob.digest}`, { body: blob.content, headers: octets }), begun)
  })

  it('for good in the middle of a blob breaks the connection of who pulls it', async () => {
    proxy.plan = request => (request.key.includes('blobs/sha256') ? { kind: 'reset', at: 'answer-body', share: 0.3 } : undefined)
    const answer = await client.ask('GET', `/v2/team/app/blobs/${large.digest}`)
    expect({ status: answer.status, length: answer.headers.get('content-length') }).toEqual({ status: 200, length: `${25 * MB}` })
    proxy.plan = request => (request.key.includes('blobs/sha256') ? { kind: 'answer', status: 503, code: 'SlowDown' } : undefined)
    await expect(answer.arrayBuffer()).rejects.toThrow()
    await expect
      .poll(() => server.log())
      .toMatch(new RegExp(`the answer broke off.*GetObject of [^ ]*${large.digest.slice(7)}/data in bucket images`))
  })

  it('keeps a client waiting for half a minute, as it is shipped', async () => {
    const shipped = clientOf([await registry({})])
    await pullImage(shipped, 'team/app', 'v1', image)
    proxy.plan = always(stall('answer'))
    const begun = performance.now()
    await isUnavailable(await shipped.ask('GET', '/v2/team/app/manifests/v1'), begun, 30_000)
    expect(performance.now() - begun).toBeGreaterThan(20_000)
  })

  it('says in the log what was asked for, and never a secret', async () => {
    await sleep(100)
    expect(server.log()).toMatch(/level=error .*no answer from 127\.0\.0\.1/)
    expect(server.log()).not.toContain(store.secretAccessKey)
  })
})
