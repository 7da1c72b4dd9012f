import { type Blob, blobOf, type Client, imageOf, manifestType, same } from './client.ts'

/** What is pushed under one tag. */
export interface Content {
  blobs: readonly Blob[]
  /** Each after those that it names; the last one is tagged. */
  manifests: readonly Manifest[]
}

export interface Manifest extends Blob {
  type: string
}

const indexType = 'application/vnd.oci.image.index.v1+json'
const schema2 = 'application/vnd.docker.distribution.manifest.v2+json'
const accept = [manifestType, indexType, schema2, 'application/vnd.docker.distribution.manifest.list.v2+json'].join(', ')

/** One more than fits the shipped part. */
const large = 11_000_000

const manifestOf = (type: string, content: object): Manifest => ({
  type,
  ...blobOf(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...content }))),
})

const describeBlob = (mediaType: string, { digest, content }: Blob) => ({ mediaType, digest, size: content.length })

export function ociImage(seed: number, more: Record<string, unknown> = {}): Content {
  const { layers, config, manifest } = imageOf([5000, 1000], seed, more)
  return { blobs: [...layers, config], manifests: [{ type: manifestType, ...manifest }] }
}

function dockerImage(seed: number): Content {
  const { layers, config } = imageOf([large, 1000], seed)
  const manifest = manifestOf(schema2, {
    config: describeBlob('application/vnd.docker.container.image.v1+json', config),
    layers: layers.map(layer => describeBlob('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)),
  })
  return { blobs: [...layers, config], manifests: [manifest] }
}

function index(seed: number): Content {
  const images = ['amd64', 'arm64'].map((architecture, at) => ({ ...ociImage(10 * seed + at), architecture }))
  const entries = images.flatMap(({ manifests, architecture }) =>
    manifests.map(manifest => ({ ...describeBlob(manifest.type, manifest), platform: { architecture, os: 'linux' } })),
  )
  return {
    blobs: images.flatMap(({ blobs }) => blobs),
    manifests: [...images.flatMap(({ manifests }) => manifests), manifestOf(indexType, { manifests: entries })],
  }
}

/** An attachment to an image, and the image. */
function artifact(seed: number): Content {
  const image = ociImage(seed)
  const [config, statement] = [blobOf(Buffer.from('{}')), blobOf(Buffer.from(`{"seed":${seed}}`))]
  const attachment = manifestOf(manifestType, {
    artifactType: 'application/vnd.example.statement',
    config: describeBlob('application/vnd.oci.empty.v1+json', config),
    layers: [describeBlob('application/json', statement)],
    subject: image.manifests.map(manifest => describeBlob(manifest.type, manifest))[0],
  })
  return { blobs: [...image.blobs, config, statement], manifests: [...image.manifests, attachment] }
}

/** What registries are given. Each name makes the same bytes for the same seed. */
export const kinds = { 'an image': ociImage, "an image of docker's": dockerImage, 'an index of two images': index, 'an artifact': artifact }

/** Of the manifest that is tagged. */
export function digestOf({ manifests }: Content): string {
  return manifests.at(-1)?.digest ?? ''
}

export async function pushContent(client: Client, repository: string, tag: string, { blobs, manifests }: Content): Promise<void> {
  for (const blob of blobs) await client.pushAsDocker(repository, blob)
  for (const [at, { digest, content, type }] of manifests.entries()) {
    const reference = at === manifests.length - 1 ? tag : digest
    const headers = { 'content-type': type }
    await client.expect(201, 'PUT', `/v2/${repository}/manifests/${reference}`, { body: content, headers })
  }
}

/** The manifest by its tag, all manifests by their digests, and all blobs. @throws if a byte or a type is wrong */
export async function pullContent(client: Client, repository: string, tag: string, content: Content): Promise<void> {
  const { blobs, manifests } = content
  const last = manifests.at(-1)
  const wanted = [...(last ? [{ ...last, reference: tag }] : []), ...manifests.map(each => ({ ...each, reference: each.digest }))]
  for (const { reference, type, ...manifest } of wanted) {
    const answer = await client.expect(200, 'GET', `/v2/${repository}/manifests/${reference}`, { headers: { accept } })
    if (answer.headers.get('content-type') !== type) throw new Error(`${reference} came as ${answer.headers.get('content-type')}`)
    await same(answer, manifest)
  }
  for (const blob of blobs) await same(await client.expect(200, 'GET', `/v2/${repository}/blobs/${blob.digest}`), blob)
}
