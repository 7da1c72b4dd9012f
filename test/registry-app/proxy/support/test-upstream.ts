import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Digest } from '../../../../registry-app/src/registry/digest.ts'
import { mediaTypes } from '../../../../registry-app/src/registry/media-types.ts'
import { content, sha256 } from '../../support/bytes.ts'
import { configType, descriptor, encode, image } from '../../support/images.ts'

/** A registry of a test's own, on a port that the system chose, which does what it is told. */
export interface TestUpstream {
  readonly url: URL
  readonly host: string
  readonly blobs: Map<string, Buffer>
  /** By `<repository>:<tag>` and `<repository>@<digest>`. */
  readonly manifests: Map<string, Buffer>
  /** `GET /v2/library/alpine/manifests/latest`, in order; those of others hosts' names too. */
  readonly asked: string[]
  /** The headers of each of them. */
  readonly headers: IncomingMessage['headers'][]
  /** What happens in place of an answer: whoever returns true has answered. */
  instead: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>
  /** Puts an image there. */
  image(path: string, tag: string, layers: readonly Uint8Array[]): UpstreamImage
  /** Nobody answers any more. */
  stop(): Promise<void>
}

export interface UpstreamImage {
  readonly digest: Digest
  readonly content: Buffer
  readonly blobs: readonly Digest[]
}

export async function testUpstream(): Promise<TestUpstream> {
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise(resolve => server.close(resolve))
  }
  onTestFinished(stop)

  const upstream: TestUpstream = {
    url: new URL(`http://127.0.0.1:${port}`),
    host: `127.0.0.1:${port}`,
    blobs: new Map(),
    manifests: new Map(),
    asked: [],
    headers: [],
    instead: () => false,
    stop,
    image(path, tag, layers) {
      const config = content(100 + layers.length)
      for (const blob of [config, ...layers]) upstream.blobs.set(sha256(blob), Buffer.from(blob))
      const manifest = Buffer.from(encode(image({ config: descriptor(config, configType), layers: layers.map(each => descriptor(each)) })))
      upstream.manifests.set(`${path}:${tag}`, manifest)
      upstream.manifests.set(`${path}@${sha256(manifest)}`, manifest)
      return { digest: sha256(manifest), content: manifest, blobs: [sha256(config), ...layers.map(each => sha256(each))] }
    },
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const { method = '', url = '', headers } = request
    upstream.asked.push(`${method} ${url}`)
    upstream.headers.push(headers)
    if (await upstream.instead(request, response)) return
    const [, path = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/?]+)/.exec(url) ?? []
    const manifest = upstream.manifests.get(reference.includes(':') ? `${path}@${reference}` : `${path}:${reference}`)
    const found = kind === 'manifests' ? manifest : upstream.blobs.get(reference)
    if (kind === 'tags') {
      const tags = [...upstream.manifests.keys()].flatMap(key => (key.startsWith(`${path}:`) ? [key.slice(path.length + 1)] : []))
      return void response.end(JSON.stringify({ name: path, tags }))
    }
    if (!found) return void response.writeHead(404).end()
    const type = kind === 'manifests' ? mediaTypes.ociManifest : 'application/octet-stream'
    const digest = sha256(found)
    response.writeHead(200, { 'content-length': found.length, 'content-type': type, 'docker-content-digest': digest })
    response.end(method === 'HEAD' ? undefined : found)
  }
  return upstream
}
