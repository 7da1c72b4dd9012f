import { createHash } from 'node:crypto'
import { content } from '../../../registry-app/support/bytes.ts'
import type { RegistryServer } from '../../support/registry-server.ts'

export interface Blob {
  digest: string
  content: Buffer<ArrayBuffer>
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const octets = { 'content-type': 'application/octet-stream' }

export const blobOf = (content: Buffer<ArrayBuffer>): Blob => ({
  digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
  content,
})

/** A client that asks one registry after the other, as a load balancer has it. */
export interface Client {
  /** HEAD, POST, PATCH of unknown length, PUT. */
  pushAsDocker(repository: string, blob: Blob): Promise<void>
  /** HEAD, POST, PUT with the body. */
  pushAsContainerd(repository: string, blob: Blob): Promise<void>
  /** POST, PATCHes with a Content-Range, PUT. */
  pushInChunks(repository: string, blob: Blob, chunkSize: number): Promise<void>
  /** One POST. */
  pushAtOnce(repository: string, blob: Blob): Promise<void>
  ask(method: string, path: string, init?: RequestInit): Promise<Response>
  /** @throws unless the answer has this status */
  expect(status: number, method: string, path: string, init?: RequestInit): Promise<Response>
}

export function clientOf(servers: readonly Pick<RegistryServer, 'url'>[]): Client {
  let turn = 0

  const ask = (method: string, path: string, init: RequestInit = {}) => {
    turn += 1
    return fetch(new URL(path, servers[turn % servers.length]?.url), { method, redirect: 'manual', ...init })
  }

  const expect: Client['expect'] = async (status, method, path, init) => {
    const answer = await ask(method, path, init)
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  const locationOf = (answer: Response) => answer.headers.get('location') ?? ''

  const start = async (repository: string, { digest }: Blob) => {
    const { status } = await ask('HEAD', `/v2/${repository}/blobs/${digest}`)
    if (status === 200) return undefined
    return locationOf(await expect(202, 'POST', `/v2/${repository}/blobs/uploads/`))
  }

  return {
    ask,
    expect,

    async pushAsDocker(repository, blob) {
      const upload = await start(repository, blob)
      if (upload === undefined) return
      const body = new ReadableStream({
        start(controller) {
          for (let at = 0; at < blob.content.length; at += 65_536) controller.enqueue(blob.content.subarray(at, at + 65_536))
          controller.close()
        },
      })
      const sent = await expect(202, 'PATCH', upload, { body, headers: octets, duplex: 'half' } as RequestInit)
      await expect(201, 'PUT', `${locationOf(sent)}&digest=${blob.digest}`)
    },

    async pushAsContainerd(repository, blob) {
      const upload = await start(repository, blob)
      if (upload === undefined) return
      await expect(201, 'PUT', `${upload}&digest=${blob.digest}`, { body: blob.content, headers: octets })
    },

    async pushInChunks(repository, blob, chunkSize) {
      let upload = locationOf(await expect(202, 'POST', `/v2/${repository}/blobs/uploads/`))
      for (let at = 0; at < blob.content.length; at += chunkSize) {
        const body = blob.content.subarray(at, at + chunkSize)
        const headers = { ...octets, 'content-range': `${at}-${at + body.length - 1}` }
        upload = locationOf(await expect(202, 'PATCH', upload, { body, headers }))
      }
      await expect(201, 'PUT', `${upload}&digest=${blob.digest}`)
    },

    async pushAtOnce(repository, blob) {
      await expect(201, 'POST', `/v2/${repository}/blobs/uploads/?digest=${blob.digest}`, { body: blob.content, headers: octets })
    },
  }
}

export interface Image {
  layers: Blob[]
  config: Blob
  manifest: Blob
}

/** @param sizes of the layers, in bytes @param seed another one gives other bytes */
export function imageOf(sizes: readonly number[], seed: number, more: Record<string, unknown> = {}): Image {
  const layers = sizes.map((size, index) => blobOf(content(size, seed * 1000 + index + 1)))
  const config = blobOf(Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', seed })))
  const describe = (mediaType: string, { digest, content }: Blob) => ({ mediaType, digest, size: content.length })
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map(layer => describe('application/vnd.oci.image.layer.v1.tar', layer)),
    ...more,
  }
  return { layers, config, manifest: blobOf(Buffer.from(JSON.stringify(manifest))) }
}

/** Each blob, as docker does unless told, then the manifest under a tag. */
export async function pushImage(
  client: Client,
  repository: string,
  tag: string,
  image: Image,
  push: (repository: string, blob: Blob) => Promise<void> = client.pushAsDocker,
): Promise<void> {
  for (const blob of [...image.layers, image.config]) await push(repository, blob)
  await putManifest(client, repository, tag, image)
}

export async function putManifest(client: Client, repository: string, reference: string, { manifest }: Image): Promise<void> {
  await client.expect(201, 'PUT', `/v2/${repository}/manifests/${reference}`, {
    body: manifest.content,
    headers: { 'content-type': manifestType },
  })
}

/** The manifest by its tag, then each layer. @throws if a byte is wrong */
export async function pullImage(client: Client, repository: string, tag: string, image: Image, blobs = image.layers): Promise<void> {
  await same(await client.expect(200, 'GET', `/v2/${repository}/manifests/${tag}`), image.manifest)
  for (const blob of blobs) await same(await client.expect(200, 'GET', `/v2/${repository}/blobs/${blob.digest}`), blob)
}

/** @throws unless the answer's body is the blob */
export async function same(answer: Response, { digest, content }: Blob): Promise<void> {
  if (!content.equals(Buffer.from(await answer.arrayBuffer()))) throw new Error(`${digest} came with other bytes`)
}
