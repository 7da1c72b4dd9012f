import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { blobOf, type Client, clientOf } from './support/client.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { startReplicas } from './support/replicas.ts'

suite('redirects to the store', [minio], () => {
  const blob = blobOf(Buffer.from('0123456789 and so on'))
  const path = `/v2/team/app/blobs/${blob.digest}`
  let store: S3Server
  let proxy: FaultProxy

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    proxy = await faultProxy({ to: store.endpoint })
    const { client } = await open({ redirect: { disable: true } })
    await client.pushAtOnce('team/app', blob)
  })

  async function open(
    storage: Record<string, unknown>,
    s3: Record<string, unknown> = {},
  ): Promise<{ server: RegistryServer; client: Client }> {
    const [server] = await startReplicas(1, { store, endpoint: proxy.endpoint, bucket: 'images', storage, s3 })
    if (!server) throw new Error('no registry was started')
    return { server, client: clientOf([server]) }
  }

  const locationOf = (answer: Response) => new URL(answer.headers.get('location') ?? '')

  describe('on a loopback address', () => {
    const here = /msg="blobs are served here, not by the store" reason="127\.0\.0\.1 is an address that clients elsewhere cannot reach;/
    it.each<[string, Record<string, unknown>, number, RegExp]>([
      [
        'never: disable: true',
        { redirect: { disable: true } },
        200,
        /msg="blobs are served here, not by the store" reason="the configuration says so"/,
      ],
      [
        'always: disable: false',
        { redirect: { disable: false } },
        307,
        /msg="clients are sent to the store for blobs" reason="the configuration says so"/,
      ],
      ['not by itself: disable: auto', { redirect: { disable: 'auto' } }, 200, here],
      ['not by itself: nothing said', {}, 200, here],
    ])('%s, and the log says why', async (_, storage, status, reason) => {
      const { server, client } = await open(storage)
      await client.expect(200, 'HEAD', path)
      await untilLogged(server, reason)
      await client.expect(status, 'GET', path)
    })

    it('not by itself, where redirectendpoint names another that is private', async () => {
      const { server, client } = await open({}, { redirectendpoint: 'http://10.1.2.3:9000' })
      await untilLogged(
        server,
        /reason="10\.1\.2\.3 is an address that clients elsewhere cannot reach; name a public one by storage\.s3\.redirectendpoint"/,
      )
      await client.expect(200, 'GET', path)
    })
  })

  describe.each(['v2', 'v4'])('signed by version %s', signingversion => {
    const enabled = { redirect: { disable: false } }
    let client: Client

    beforeAll(async () => {
      client = (await open(enabled, { signingversion })).client
    })

    it('lead to the blob, and name its digest', async () => {
      const answer = await client.expect(307, 'GET', path)
      expect(answer.headers.get('docker-content-digest')).toBe(blob.digest)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(locationOf(answer).origin).toBe(proxy.endpoint)
      const fetched = await fetch(locationOf(answer))
      expect(blob.content.equals(Buffer.from(await fetched.arrayBuffer()))).toBe(true)
    })

    it('serve a range of it to a client that follows', async () => {
      const answer = await client.expect(206, 'GET', path, { redirect: 'follow', headers: { range: 'bytes=2-5' } })
      expect(answer.redirected).toBe(true)
      expect(answer.headers.get('content-range')).toBe(`bytes 2-5/${blob.content.length}`)
      expect(await answer.text()).toBe('2345')
    })

    it('are not made for HEAD, which is answered here', async () => {
      const answer = await client.expect(200, 'HEAD', path)
      expect(answer.headers.get('content-length')).toBe(String(blob.content.length))
      expect(answer.headers.get('docker-content-digest')).toBe(blob.digest)
    })

    it('are not made for a blob that the repository does not have, nor for manifests', async () => {
      await client.expect(404, 'GET', `/v2/other/app/blobs/${blob.digest}`)
      const image = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }))
      const headers = { 'content-type': 'application/vnd.oci.image.index.v1+json' }
      await client.expect(201, 'PUT', '/v2/team/app/manifests/v1', { body: image, headers })
      await client.expect(200, 'GET', '/v2/team/app/manifests/v1')
    })

    it('are signed for the name that redirectendpoint gives the store', async () => {
      const { client: other } = await open(enabled, { signingversion, redirectendpoint: 'http://store.example:9000' })
      const location = locationOf(await other.expect(307, 'GET', path))
      expect(location.host).toBe('store.example:9000')
      expect(await byTheName('store.example:9000', location)).toBe(200)
      // Version 2 signs no name.
      expect(await byTheName('another.example:9000', location)).toBe(signingversion === 'v4' ? 403 : 200)
    })

    it('expire as the configuration says', async () => {
      const { client: hasty } = await open({ redirect: { disable: false, expires: '2s' } }, { signingversion })
      const location = locationOf(await hasty.expect(307, 'GET', path))
      expect((await fetch(location)).status).toBe(200)
      await sleep(3_500)
      expect((await fetch(location)).status).toBe(403)
    })

    it('are good for twenty minutes unless it says otherwise', async () => {
      const { searchParams } = locationOf(await client.expect(307, 'GET', path))
      const seconds = Number(searchParams.get('X-Amz-Expires') ?? Number(searchParams.get('Expires')) - Date.now() / 1000)
      expect(seconds).toBeGreaterThan(19 * 60)
      expect(seconds).toBeLessThanOrEqual(20 * 60)
    })
  })

  /** Asks the store as if it had this name. */
  async function byTheName(host: string, { pathname, search }: URL): Promise<number | undefined> {
    const request = get(`${store.endpoint}${pathname}${search}`, { headers: { host } })
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    answer.resume()
    return answer.statusCode
  }
})

async function untilLogged(server: RegistryServer, pattern: RegExp): Promise<void> {
  for (let waited = 0; waited < 5_000 && !pattern.test(server.log()); waited += 50) await sleep(50)
  expect(server.log()).toMatch(pattern)
}
