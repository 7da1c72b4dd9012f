import { createHash } from 'node:crypto'

/** Images as a team has them, pushed by the API alone: no engine is needed to look at a page. */
export interface Pusher {
  /** @returns its descriptor */
  blob(name: string, content: Buffer | string, mediaType: string): Promise<Descriptor>
  manifest(name: string, manifest: object, tag?: string): Promise<Descriptor>
}

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  empty: 'application/vnd.oci.empty.v1+json',
}

export function pusher(url: string, authorization?: string): Pusher {
  const headers = authorization === undefined ? {} : { authorization }
  const send = async (path: string, method: string, body: Buffer, more: Record<string, string> = {}) => {
    const answer = await fetch(url + path, { method, body: Uint8Array.from(body), headers: { ...headers, ...more } })
    if (answer.status !== 201) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  }
  return {
    async blob(name, content, mediaType) {
      const bytes = Buffer.from(content)
      const digest = digestOf(bytes)
      await send(`/v2/${name}/blobs/uploads/?digest=${digest}`, 'POST', bytes, { 'content-type': 'application/octet-stream' })
      return { mediaType, digest, size: bytes.length }
    },
    async manifest(name, manifest, tag) {
      const bytes = Buffer.from(JSON.stringify(manifest))
      const { mediaType = types.manifest } = manifest as Partial<Descriptor>
      const digest = digestOf(bytes)
      await send(`/v2/${name}/manifests/${tag ?? digest}`, 'PUT', bytes, { 'content-type': mediaType })
      return { mediaType, digest, size: bytes.length }
    },
  }
}

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** Bytes that are always the same, and look like a layer in nothing but their size. */
const bytesOf = (seed: string, size: number) => Buffer.alloc(size, createHash('sha512').update(seed).digest())

const steps = [
  { created_by: '/bin/sh -c #(nop) ADD file:d0c6bd4b1f6e in / ', size: 2_900_000 },
  { created_by: '/bin/sh -c #(nop)  CMD ["bash"]', empty_layer: true, size: 0 },
  {
    created_by: 'RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends ca-certificates libssl3 tzdata # buildkit',
    size: 1_200_000,
  },
  { created_by: 'ENV NODE_VERSION=22.18.0', empty_layer: true, size: 0 },
  { created_by: 'COPY /usr/local/ /usr/local/ # buildkit', size: 4_600_000 },
  { created_by: 'WORKDIR /srv/app', size: 93 },
  { created_by: 'RUN /bin/sh -c npm ci --omit=dev # buildkit', size: 1_700_000 },
  { created_by: 'COPY dist dist # buildkit', size: 260_000 },
]

/** One platform of an application: what is below its own code is the same in each version. */
async function platform(push: Pusher, name: string, version: string, architecture: string) {
  const layers: Descriptor[] = []
  for (const [index, { size, empty_layer }] of steps.entries()) {
    if (empty_layer) continue
    const own = index === steps.length - 1 ? version : ''
    layers.push(await push.blob(name, bytesOf(`${name} ${architecture} ${index} ${own}`, size), types.layer))
  }
  const config = {
    created: '2026-11-20T08:30:00Z',
    os: 'linux',
    architecture,
    config: {
      Entrypoint: ['node'],
      Cmd: ['dist/server.js', '--port', '8080'],
      WorkingDir: '/srv/app',
      User: 'node',
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'NODE_VERSION=22.18.0', 'NODE_ENV=production'],
      ExposedPorts: { '8080/tcp': {} },
      Labels: {
        'org.opencontainers.image.title': name,
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: steps.map(({ size: _, ...step }) => step),
  }
  const described = await push.blob(name, JSON.stringify(config), types.config)
  const manifest = await push.manifest(name, { schemaVersion: 2, mediaType: types.manifest, config: described, layers })
  return { ...manifest, platform: { os: 'linux', architecture, ...(architecture === 'arm64' && { variant: 'v8' }) } }
}

/** An index of two platforms under these tags, with a signature and a bill of materials attached. */
export async function pushApplication(push: Pusher, name: string, tags: readonly string[]): Promise<void> {
  for (const tag of tags) {
    const manifests = [await platform(push, name, tag, 'amd64'), await platform(push, name, tag, 'arm64')]
    const annotations = { 'org.opencontainers.image.source': `https://git.example.com/${name}`, 'org.opencontainers.image.version': tag }
    const subject = await push.manifest(name, { schemaVersion: 2, mediaType: types.index, manifests, annotations }, tag)
    await attach(push, name, subject, 'application/spdx+json', JSON.stringify({ spdxVersion: 'SPDX-2.3', name }))
    await attach(push, name, subject, 'application/vnd.dev.sigstore.bundle.v0.3+json', JSON.stringify({ mediaType: 'bundle', tag }))
  }
}

async function attach(push: Pusher, name: string, subject: Descriptor, artifactType: string, content: string) {
  const layer = await push.blob(name, content, artifactType)
  const config = await push.blob(name, '{}', types.empty)
  await push.manifest(name, { schemaVersion: 2, mediaType: types.manifest, artifactType, config, layers: [layer], subject })
}

/** The smallest image that there is. */
export async function pushSmall(push: Pusher, name: string, tags: readonly string[], size = 120_000): Promise<void> {
  const image = await smallImage(push, name, size)
  for (const tag of tags) await push.manifest(name, { ...image, annotations: { tag } }, tag)
}

/** The same without a tag. */
export async function pushUntagged(push: Pusher, name: string): Promise<Descriptor> {
  return push.manifest(name, await smallImage(push, name, 1000))
}

/** @returns its manifest, what it names being there */
async function smallImage(push: Pusher, name: string, size: number): Promise<object> {
  const config = await push.blob(name, JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Cmd: ['/hello'] } }), types.config)
  const layers = [await push.blob(name, bytesOf(name, size), types.layer)]
  return { schemaVersion: 2, mediaType: types.manifest, config, layers }
}

/** A company's registry, small. */
export async function pushDemo(push: Pusher): Promise<void> {
  await pushApplication(push, 'shop/storefront', ['1.8.0', '1.9.0', '1.9.1'])
  await pushApplication(push, 'shop/checkout', ['2.1.0'])
  await pushSmall(push, 'shop/payments/gateway', ['0.4.2', '0.4.3'], 5_400_000)
  await pushSmall(push, 'shop/payments/ledger', ['1.0.0', 'latest'], 3_100_000)
  await pushSmall(push, 'base/debian', ['12', '13', 'stable'], 7_800_000)
  await pushSmall(push, 'base/node', ['22', '24'], 9_200_000)
  await pushSmall(push, 'tools/lint', ['latest'], 640_000)
  await pushSmall(push, 'data/pipeline', ['2026.11'], 4_100_000)
  await pushSmall(push, 'hello-world', ['latest'], 4_000)
}
