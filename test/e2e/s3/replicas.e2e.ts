import { beforeAll, describe, expect, it } from 'vitest'
import { abortMultipartUpload } from '../../../registry-app/src/s3/abort-multipart-upload.ts'
import { createMultipartUpload } from '../../../registry-app/src/s3/create-multipart-upload.ts'
import { listMultipartUploads } from '../../../registry-app/src/s3/list-multipart-uploads.ts'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { type Blob, blobOf, type Client, clientOf, imageOf, pushImage, putManifest, same } from './support/client.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { startReplicas } from './support/replicas.ts'
import { sendInChunks } from './support/send-in-chunks.ts'
import { storedKeys } from './support/stored-objects.ts'

const MiB = 1024 * 1024

suite('two replicas on one bucket', [minio], () => {
  let store: S3Server
  let proxy: FaultProxy
  let servers: RegistryServer[]
  let a: Client
  let b: Client
  let inTurns: Client

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    proxy = await faultProxy({ to: store.endpoint })
    const start = () => startReplicas(1, { store, endpoint: proxy.endpoint, bucket: 'images' })
    // At the same moment, on an empty bucket: each might make a secret.
    servers = (await Promise.all([start(), start()])).flat()
    const [first, second] = servers as [RegistryServer, RegistryServer]
    a = clientOf([first])
    b = clientOf([second])
    inTurns = clientOf(servers)
  })

  const keys = async (prefix = '') => storedKeys(await bucketOf(store), prefix)

  it('share the secret, which lies in the bucket', async () => {
    expect(await keys('docker/registry/v2/_registry/http-secret')).toEqual(['docker/registry/v2/_registry/http-secret'])
    const upload = await a.expect(202, 'POST', '/v2/shared/blobs/uploads/')
    await b.expect(204, 'GET', upload.headers.get('location') ?? '')
  })

  describe('serve one upload in turns', () => {
    const all = async (client: Client, repository: string, blob: Blob) =>
      same(await client.expect(200, 'GET', `/v2/${repository}/blobs/${blob.digest}`), blob)

    it.each([
      ['that fits one part', MiB],
      ['of several parts', 23 * MiB],
    ])('POST, PATCH, PUT: a blob %s', async (_, size) => {
      const blob = blobOf(Buffer.alloc(size, `${size} in turns`))
      await a.expect(404, 'HEAD', `/v2/turns/blobs/${blob.digest}`)
      const upload = await a.expect(202, 'POST', '/v2/turns/blobs/uploads/')
      const headers = { 'content-type': 'application/octet-stream' }
      const patched = await b.expect(202, 'PATCH', locationOf(upload), { body: blob.content, headers })
      await a.expect(201, 'PUT', `${locationOf(patched)}&digest=${blob.digest}`)
      for (const client of [a, b]) await all(client, 'turns', blob)
    })

    it.each([
      ['that the store joins', 6 * MiB],
      ['that are too small for the store to join', 700_000],
    ])('several PATCHes with Content-Range, of chunks %s', async (_, size) => {
      const blob = blobOf(Buffer.alloc(Math.floor(4.5 * size), `${size} in chunks`))
      await sendInChunks(inTurns, 'chunks', blob, size)
      for (const client of [a, b]) await all(client, 'chunks', blob)
    })

    it('a cancelled upload is unknown to both', async () => {
      const upload = await a.expect(202, 'POST', '/v2/cancelled/blobs/uploads/')
      const headers = { 'content-range': '0-9', 'content-type': 'application/octet-stream' }
      const patched = locationOf(await b.expect(202, 'PATCH', locationOf(upload), { body: Buffer.alloc(10), headers }))
      await a.expect(204, 'DELETE', patched)
      expect(await keys('docker/registry/v2/repositories/cancelled/')).toEqual([])
      for (const client of [a, b]) {
        await client.expect(404, 'PUT', `${patched}&digest=${blobOf(Buffer.alloc(10)).digest}`)
      }
    })
  })

  describe('see at once what the other did', () => {
    const repository = 'seen/app'
    const images = [imageOf([1000], 1), imageOf([1000], 2)] as const
    const digestOf = async (client: Client, reference: string) =>
      (await client.expect(200, 'HEAD', `/v2/${repository}/manifests/${reference}`)).headers.get('docker-content-digest')

    it('a tag that is moved', async () => {
      for (const image of images) {
        await pushImage(a, repository, 'moved', image)
        for (const client of [b, a]) expect(await digestOf(client, 'moved')).toBe(image.manifest.digest)
      }
      // There and back, many times: nothing that changes may be remembered.
      for (let turn = 0; turn < 20; turn += 1) {
        const [writer, reader] = turn % 2 === 0 ? [a, b] : [b, a]
        const image = images[turn % 2] ?? images[0]
        await putManifest(writer, repository, 'moved', image)
        expect(await digestOf(reader, 'moved')).toBe(image.manifest.digest)
      }
    })

    it('a tag that is deleted, and one that is new', async () => {
      await putManifest(a, repository, 'short-lived', images[0])
      expect(await tagsOf(b)).toContain('short-lived')
      await b.expect(200, 'GET', `/v2/${repository}/manifests/short-lived`)
      await a.expect(202, 'DELETE', `/v2/${repository}/manifests/short-lived`)
      await b.expect(404, 'GET', `/v2/${repository}/manifests/short-lived`)
      expect(await tagsOf(b)).not.toContain('short-lived')
    })

    it('a manifest that is deleted, with its tags', async () => {
      const image = imageOf([1000], 3)
      await pushImage(a, repository, 'tagged', image)
      for (const reference of ['tagged', image.manifest.digest]) await b.expect(200, 'GET', `/v2/${repository}/manifests/${reference}`)
      await a.expect(202, 'DELETE', `/v2/${repository}/manifests/${image.manifest.digest}`)
      for (const reference of ['tagged', image.manifest.digest]) await b.expect(404, 'GET', `/v2/${repository}/manifests/${reference}`)
    })

    it('a blob that is deleted', async () => {
      const blob = blobOf(Buffer.from('a blob that goes'))
      await a.pushAtOnce(repository, blob)
      await b.expect(200, 'GET', `/v2/${repository}/blobs/${blob.digest}`)
      await a.expect(202, 'DELETE', `/v2/${repository}/blobs/${blob.digest}`)
      for (const method of ['HEAD', 'GET']) await b.expect(404, method, `/v2/${repository}/blobs/${blob.digest}`)
    })

    it('a repository that is new, in the catalog', async () => {
      for (const [index, [writer, reader]] of (
        [
          [a, b],
          [b, a],
        ] as const
      ).entries()) {
        await reader.expect(200, 'GET', '/v2/_catalog')
        await pushImage(writer, `seen/new-${index}`, 'v1', images[0])
        const answer = await reader.expect(200, 'GET', '/v2/_catalog')
        expect(((await answer.json()) as { repositories: string[] }).repositories).toContain(`seen/new-${index}`)
      }
    })

    it('what was attached to a manifest', async () => {
      const [{ manifest }] = images
      const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: manifest.digest, size: manifest.content.length }
      const attachment = imageOf([100], 4, { subject, artifactType: 'application/vnd.example' })
      const listed = async () => {
        const answer = await b.expect(200, 'GET', `/v2/${repository}/referrers/${manifest.digest}`)
        return ((await answer.json()) as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest)
      }
      expect(await listed()).toEqual([])
      await pushImage(a, repository, 'attachment', attachment)
      expect(await listed()).toEqual([attachment.manifest.digest])
      await a.expect(202, 'DELETE', `/v2/${repository}/manifests/${attachment.manifest.digest}`)
      expect(await listed()).toEqual([])
    })

    const tagsOf = async (client: Client) =>
      ((await (await client.expect(200, 'GET', `/v2/${repository}/tags/list`)).json()) as { tags: string[] }).tags
  })

  describe('leave nothing of an upload in many chunks', () => {
    it.each([
      ['regclient’s: 100 of 1 MiB', 'many/regclient', 100, MiB],
      ['.NET’s: 1,000 of 64 KiB', 'many/dotnet', 1000, 64 * 1024],
    ])('%s', async (_, repository, count, size) => {
      const blob = blobOf(Buffer.alloc(count * size, repository))
      proxy.forget()
      await sendInChunks(inTurns, repository, blob, size)
      await same(await b.expect(200, 'GET', `/v2/${repository}/blobs/${blob.digest}`), blob)

      const left = await keys(`docker/registry/v2/repositories/${repository}/`)
      expect(left).toEqual([`docker/registry/v2/repositories/${repository}/_layers/${blob.digest.replace(':', '/')}/link`])
      expect(await keys('docker/registry/v2/_registry/incoming/')).toEqual([])

      const begun = new Set(proxy.requests.filter(({ operation }) => operation === 'CreateMultipartUpload').map(({ key }) => key))
      expect(begun.size).toBeGreaterThan(0)
      expect(await pending([...begun])).toEqual([])
    })
  })

  it('would show an upload in parts that is left', async () => {
    const bucket = await bucketOf(store)
    const uploadId = await createMultipartUpload(bucket, 'some/key')
    expect(await pending(['some/key'])).toEqual(['some/key'])
    await abortMultipartUpload(bucket, 'some/key', uploadId)
    expect(await pending(['some/key'])).toEqual([])
  })

  /** MinIO lists the unfinished uploads of one key, and none of a prefix. */
  async function pending(keys: readonly string[]): Promise<string[]> {
    const bucket = await bucketOf(store)
    const found: string[] = []
    for (const prefix of keys) {
      for await (const page of listMultipartUploads(bucket, { prefix })) found.push(...page.map(({ key }) => key))
    }
    return found
  }
})

const locationOf = (answer: Response) => answer.headers.get('location') ?? ''

suite('what two replicas ask the store for', [minio], () => {
  it('is summed on the page of either, also when the other has ended', async () => {
    const store = await startMinio()
    await store.createBucket('images')
    const [first, second] = (await startReplicas(2, { store, endpoint: store.endpoint, bucket: 'images' })) as [
      RegistryServer,
      RegistryServer,
    ]
    await pushImage(clientOf([first]), 'team/app', 'v1', imageOf([1000], 7))
    const keys = async () => storedKeys(await bucketOf(store), 'docker/registry/v2/_registry/requests/')
    expect(await keys()).toEqual([])
    await first.stop()
    expect(await keys()).toHaveLength(1)

    const answer = await clientOf([second]).expect(200, 'GET', '/v2/_bucket-registry/ui/storage')
    const { requests } = ((await answer.json()) as { whole: { requests: { processes: number; operations: Counted[] } } }).whole
    expect(requests.processes).toBe(2)
    // A config, a layer and a manifest, each with its link, and a tag with its history: all by the other.
    expect(requests.operations.find(({ operation }) => operation === 'PutObject')?.requests).toBeGreaterThanOrEqual(8)
  })
})

interface Counted {
  readonly operation: string
  readonly requests: number
}
