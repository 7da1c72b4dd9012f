import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import { asDigest, type Digest } from '../../../registry-app/src/registry/digest.ts'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { RegistryFailure } from '../../registry-client/http/failure.ts'
import type { BlobInfo, RawManifest } from '../../registry-client/ports.ts'
import { digestLike, largestManifest } from '../../registry-client/read-manifest.ts'
import { UsageError } from '../../usage-error.ts'
import type { LayoutFiles } from '../layout/files.ts'
import { isCalled, tagOf } from '../layout/layout-index.ts'
import type { FileSource } from '../layout/layout-source.ts'

/** An entry of `manifest.json`, as docker writes it. */
export interface DockerImage {
  readonly Config: string
  readonly RepoTags: readonly string[] | null
  readonly Layers: readonly string[]
}

/** @throws Error */
export async function readDockerImages(files: LayoutFiles): Promise<readonly DockerImage[]> {
  const content = await files.read('manifest.json', largestManifest)
  if (!content) throw new UsageError(`${files.title} has neither an index.json nor a manifest.json in it: it is no archive of images`)
  try {
    const images = JSON.parse(content.toString()) as DockerImage[]
    for (const { Config, Layers } of images)
      if (typeof Config !== 'string' || !Layers.every(each => typeof each === 'string')) throw new Error('an entry without its files')
    return images
  } catch (cause) {
    throw new UsageError(`the manifest.json of ${files.title} cannot be read`, { cause })
  }
}

/**
 * An archive of `docker save` before docker 25, and of others who write such. It has no manifests: they are made here, always the same for the same
 * archive. Layers that are not compressed are, as docker does before it pushes them; each is read twice for that, once for its digest.
 *
 * @param wanted a tag or a name: no other image of it
 */
export function dockerArchiveSource(files: LayoutFiles, images: readonly DockerImage[], wanted?: string): FileSource {
  const chosen = wanted === undefined ? images : images.filter(({ RepoTags }) => RepoTags?.some(name => isCalled(name, wanted)))
  if (chosen.length === 0) throw new UsageError(`${files.title} has no image${wanted === undefined ? '' : ` ${wanted}`} in it`)
  const made = new Map<DockerImage, Promise<RawManifest>>()
  /** How the bytes of a blob are had. */
  const blobs = new Map<Digest, () => AsyncIterable<Uint8Array>>()
  const layers = new Map<string, Promise<BlobInfo>>()

  const byTag = new Map<string, DockerImage>()
  for (const image of chosen) {
    for (const name of image.RepoTags ?? []) {
      const tag = wanted === undefined || isCalled(name, wanted) ? tagOf(name) : undefined
      if (tag === undefined) continue
      if ((byTag.get(tag) ?? image) !== image)
        throw new UsageError(`${files.title} has several images with the tag ${tag}: name one of them in full`)
      byTag.set(tag, image)
    }
  }

  async function measured(path: string): Promise<BlobInfo> {
    if ((await files.sizeOf(path)) === undefined)
      throw new RegistryFailure(`${files.title} has no ${path} in it, which its manifest.json names`)
    const compressed = await isCompressed(files, path)
    const open = compressed ? () => files.stream(path) : () => gzipped(files.stream(path))
    const hash = createHash('sha256')
    let size = 0
    for await (const piece of open()) {
      hash.update(piece)
      size += piece.length
    }
    const digest: Digest = `sha256:${hash.digest('hex')}`
    blobs.set(digest, open)
    return { digest, size }
  }

  async function make({ Config, Layers }: DockerImage): Promise<RawManifest> {
    const config = await files.read(Config, largestManifest)
    if (!config) throw new RegistryFailure(`${files.title} has no ${Config} in it, which its manifest.json names`)
    const configDigest = digestLike(undefined, config)
    blobs.set(configDigest, () => files.stream(Config))
    const described: BlobInfo[] = []
    // One after the other: each of them keeps a processor busy.
    for (const path of Layers) {
      const known = layers.get(path) ?? measured(path)
      layers.set(path, known)
      described.push(await known)
    }
    const layerType = 'application/vnd.docker.image.rootfs.diff.tar.gzip'
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: configDigest },
      layers: described.map(({ digest, size }) => ({ mediaType: layerType, size, digest })),
    }
    const content = Buffer.from(JSON.stringify(manifest))
    return { content, mediaType: mediaTypes.dockerManifest, digest: digestLike(undefined, content) }
  }

  function manifestOf(image: DockerImage): Promise<RawManifest> {
    const before = made.get(image) ?? make(image)
    made.set(image, before)
    return before
  }

  const [first] = chosen
  const find = async (reference: string): Promise<RawManifest | undefined> => {
    if (asDigest(reference) === undefined) {
      const image = byTag.get(reference)
      return image && manifestOf(image)
    }
    for (const manifest of made.values()) if ((await manifest).digest === reference) return manifest
    return undefined
  }

  return {
    title: files.title,
    tags: async () => [...byTag.keys()],
    resolve: async tag => (await find(tag))?.digest,
    manifest: find,
    blob({ digest }) {
      const open = blobs.get(digest)
      if (!open) throw new RegistryFailure(`${files.title} has no ${digest}`)
      return open()
    },
    referrers: async () => [],
    ...(byTag.size === 0 && chosen.length === 1 && first ? { nameless: () => manifestOf(first).then(({ digest }) => digest) } : {}),
    close: () => files.close(),
  }
}

/** gzip, or zstd: whoever pulls knows both. */
async function isCompressed(files: LayoutFiles, path: string): Promise<boolean> {
  for await (const [first, second] of files.stream(path)) return (first === 0x1f && second === 0x8b) || (first === 0x28 && second === 0xb5)
  return false
}

/** The same bytes each time: no name, no time. */
function gzipped(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // What goes wrong is thrown to whoever reads it.
  return pipeline(body, createGzip(), () => {})
}
