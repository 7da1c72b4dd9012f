import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { bytesAt, content, keysUnder } from '../../registry-app/support/bytes.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { writeLayers } from '../clients/layers.ts'
import { minio, startMinio } from '../support/minio.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { type Blob, blobOf, type Client, clientOf, imageOf, pullImage, pushImage } from './support/client.ts'
import { s3DriverOver } from './support/driver.ts'
import { startReplicas } from './support/replicas.ts'
import { unfinishedUploads } from './support/unfinished-uploads.ts'

const binary = await tool('crane')
const MB = 1_000_000
const octets = { 'content-type': 'application/octet-stream' }
const wrong = `sha256:${'0'.repeat(64)}`
const dataOf = ({ digest }: Pick<Blob, 'digest'>) => `docker/registry/v2/blobs/sha256/${digest.slice(7, 9)}/${digest.slice(7)}/data`

suite('bytes that are not those of their digest', [minio], () => {
  let store: S3Server
  let driver: StorageDriver
  let server: RegistryServer
  let client: Client
  let seed = 0

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    driver = await s3DriverOver(store, { s3: { bucket: 'images' }, driver: { rootdirectory: '' } })
    server = await registry()
    client = clientOf([server])
  })

  /** A process that has seen nothing yet. */
  const registry = async (storage: Record<string, unknown> = {}) => {
    // No more memory than one part takes: what docker pushes is on its way to the store before its last byte has come.
    const s3 = { uploadmemory: 10 * 1024 * 1024 }
    const [first] = await startReplicas(1, { store, endpoint: store.endpoint, bucket: 'images', s3, storage })
    return first as RegistryServer
  }

  const fresh = (size: number) => blobOf(content(size, ++seed))
  const start = async (repository: string) =>
    (await client.expect(202, 'POST', `/v2/${repository}/blobs/uploads/`)).headers.get('location') ?? ''

  /** The keys that there are afterwards and were not before. */
  async function leftBy(act: () => Promise<unknown>): Promise<string[]> {
    const before = new Set(await keysUnder(driver, ''))
    await act()
    return (await keysUnder(driver, '')).filter(key => !before.has(key))
  }

  const sizes = [
    ['of one part', MB],
    ['of several parts', 25 * MB],
  ] as const

  describe.each(sizes)('pushed under a wrong digest, %s', (_, size) => {
    it.each<[string, (blob: Blob) => Promise<unknown>]>([
      [
        'by one POST',
        ({ content: body }) => client.expect(400, 'POST', `/v2/a/b/blobs/uploads/?digest=${wrong}`, { body, headers: octets }),
      ],
      [
        'by a PUT with the body',
        async ({ content: body }) => client.expect(400, 'PUT', `${await start('a/b')}&digest=${wrong}`, { body, headers: octets }),
      ],
    ])('%s leave nothing', async (_, push) => {
      expect(await leftBy(() => push(fresh(size)))).toEqual([])
      expect(await unfinishedUploads(store)).toBe(0)
    })

    it('as docker does leave a blob under its own digest, which nothing refers to', async () => {
      const blob = fresh(size)
      const left = await leftBy(async () => {
        const sent = await client.expect(202, 'PATCH', await start('a/b'), { body: blob.content, headers: octets })
        await client.expect(400, 'PUT', `${sent.headers.get('location')}&digest=${wrong}`)
      })
      expect(left).toEqual([dataOf(blob)])
      expect((await bytesAt(driver, dataOf(blob)))?.equals(blob.content)).toBe(true)
      await client.expect(404, 'HEAD', `/v2/a/b/blobs/${blob.digest}`)
    })
  })

  describe('of which only a part came before the client left', () => {
    it.each<[string, (blob: Blob) => Promise<[method: string, path: string]>]>([
      ['by a PATCH', async () => ['PATCH', await start('a/b')]],
      ['by a PUT', async blob => ['PUT', `${await start('a/b')}&digest=${blob.digest}`]],
      ['by a POST', async blob => ['POST', `/v2/a/b/blobs/uploads/?digest=${blob.digest}`]],
    ])('%s leave nothing', async (_, how) => {
      const blob = fresh(40 * MB)
      const [method, path] = await how(blob)
      const left = await leftBy(async () => {
        const headers = { ...octets, 'content-length': blob.content.length }
        const upload = request(new URL(path, server.url), { method, headers }).on('error', () => {})
        upload.write(blob.content.subarray(0, 35 * MB))
        await expect.poll(() => unfinishedUploads(store), { timeout: 10_000 }).toBe(1)
        upload.destroy()
        await expect.poll(() => unfinishedUploads(store), { timeout: 10_000 }).toBe(0)
      })
      expect(left).toEqual([])
    })
  })

  describe('that were damaged in the bucket', () => {
    const image = imageOf([100, 70_000, 12 * MB], 1000)
    const [small, middle, large] = image.layers as [Blob, Blob, Blob]

    beforeAll(() => pushImage(client, 'a/image', 'v1', image))

    /** Puts other bytes in its place while something is done. */
    async function damaged(blob: Blob, how: (good: Uint8Array) => Uint8Array, act: () => Promise<unknown>) {
      await driver.put(dataOf(blob), how(blob.content))
      await act().finally(() => driver.put(dataOf(blob), blob.content))
    }
    const cutShort = (good: Uint8Array) => good.subarray(0, good.length - 7)
    const changed = (good: Uint8Array) => Buffer.from(good).fill('?', 50, 60)

    /** Whether all of a blob comes, or the connection breaks first: after the status, or, where there is but one piece, before it. */
    async function pulled(from: Client, { digest }: Blob): Promise<'whole' | 'broken' | number> {
      const broken = () => 'broken' as const
      const answer = await from.ask('GET', `/v2/a/image/blobs/${digest}`).catch(broken)
      if (answer === 'broken' || answer.status !== 200) return answer === 'broken' ? answer : answer.status
      return answer.arrayBuffer().then(() => 'whole' as const, broken)
    }
    const isNamed = (blob: Blob) => new RegExp(`level=error .*${dataOf(blob)} .*is damaged`)

    describe.each([
      ['100 bytes', small],
      ['70 kB', middle],
      ['12 MB', large],
    ])('a blob of %s that was cut short', (_, blob) => {
      it('breaks the connection, and the log names it, where no manifest was seen', async () => {
        const another = await registry()
        await damaged(blob, cutShort, async () => expect(await pulled(clientOf([another]), blob)).toBe('broken'))
        await expect.poll(() => another.log()).toMatch(isNamed(blob))
        expect(await pulled(clientOf([another]), blob)).toBe('whole')
      })

      it('breaks the connection where a manifest says how large it is', async () => {
        const another = await registry()
        await clientOf([another]).expect(200, 'GET', '/v2/a/image/manifests/v1')
        await damaged(blob, cutShort, async () => expect(await pulled(clientOf([another]), blob)).toBe('broken'))
        await expect.poll(() => another.log()).toMatch(isNamed(blob))
      })

      it('is refused by the process that took it', async () => {
        await damaged(blob, cutShort, () => client.expect(500, 'GET', `/v2/a/image/blobs/${blob.digest}`))
        await expect.poll(() => server.log()).toMatch(isNamed(blob))
      })
    })

    it('are seen with storage.verify, though they are as many as they were', async () => {
      const another = await registry({ verify: true })
      await pullImage(clientOf([another]), 'a/image', 'v1', image)
      for (const blob of image.layers) {
        await damaged(blob, changed, async () => expect(await pulled(clientOf([another]), blob)).toBe('broken'))
        await expect.poll(() => another.log()).toMatch(isNamed(blob))
      }
    })

    it.each([
      ['was cut short', cutShort],
      ['was changed', changed],
    ])('are never served as a manifest that %s', async (_, how) => {
      const another = await registry()
      await damaged(image.manifest, how, async () => {
        for (const reference of ['v1', image.manifest.digest]) {
          const answer = await clientOf([another]).expect(404, 'GET', `/v2/a/image/manifests/${reference}`)
          const reason = 'its bytes are damaged in the storage; pushing it again mends it'
          expect(await answer.json()).toMatchObject({ errors: [{ code: 'MANIFEST_UNKNOWN', detail: { reason } }] })
        }
      })
      expect(another.log()).toContain(`the manifest stored at ${dataOf(image.manifest)} does not have the digest`)
      await pullImage(clientOf([another]), 'a/image', 'v1', image)
    })

    it.each<[string, (blob: Blob) => Promise<unknown>]>([
      ['was cut short', ({ digest, content }) => driver.put(dataOf({ digest }), content.subarray(7))],
      ['is gone', blob => driver.delete([dataOf(blob)])],
    ])('are no reason to keep a manifest that %s: it is deleted by its digest', async (how, damage) => {
      const doomed = imageOf([100], ++seed)
      const repository = `a/${how.replaceAll(' ', '-')}`
      await pushImage(client, repository, 'v1', doomed)
      await damage(doomed.manifest)
      const from = clientOf([await registry()])
      const path = `/v2/${repository}/manifests/${doomed.manifest.digest}`
      for (const method of ['GET', 'HEAD']) await from.expect(404, method, path)
      await from.expect(202, 'DELETE', path)
      for (const reference of ['v1', doomed.manifest.digest]) await from.expect(404, 'GET', `/v2/${repository}/manifests/${reference}`)
      await from.expect(404, 'DELETE', path)
      expect(
        (await keysUnder(driver, `docker/registry/v2/repositories/${repository}/_manifests/`)).filter(key => /link$/.test(key)),
      ).toEqual([])
    })
  })
})

suite('a manifest that was damaged in the bucket, before anybody looked for damage', [minio, binary], () => {
  let driver: StorageDriver
  let host: string
  let layout: string

  const crane = (...args: string[]) => run(binary.path, args)

  beforeAll(async () => {
    const store = await startMinio()
    await store.createBucket('images')
    driver = await s3DriverOver(store, { s3: { bucket: 'images' }, driver: { rootdirectory: '' } })
    // Nothing is remembered of what was pushed, as by another replica.
    const [first, second] = await startReplicas(2, { store, endpoint: store.endpoint, bucket: 'images' })
    const folder = await temporaryFolder()
    layout = join(folder, 'layout')
    const source = `${first?.host}/team/app:v1`
    const layers = await writeLayers(join(folder, 'layers'), [100_000])
    await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', source)
    await crane('pull', '--format', 'oci', source, layout)
    host = second?.host ?? ''
  })

  it('is mended by crane, which asks first whether the tag is there', async () => {
    const image = `${host}/team/app:v1`
    const digest =
      (JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as { manifests: { digest: string }[] }).manifests[0]?.digest ?? ''
    await driver.put(dataOf({ digest }), Buffer.from('{}'))
    await expect(crane('manifest', image)).rejects.toThrow('its bytes are damaged in the storage; pushing it again mends it')

    await crane('push', layout, image)
    await crane('validate', '--remote', image)
    expect(await crane('digest', image)).toBe(digest)
  })
})
