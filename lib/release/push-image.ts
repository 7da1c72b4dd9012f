import { inParallel } from '../../registry-app/src/concurrency/in-parallel.ts'
import type { Digest } from '../../registry-app/src/registry/digest.ts'
import { canonicalDigest } from '../../registry-app/src/registry/manifest-store.ts'
import type { BlobCopier } from '../copy/copy-blob.ts'
import type { ImageSource, ImageTarget } from '../registry-client/ports.ts'
import { type Descriptor, readBaseImage } from './base-image.ts'
import { configOf, type Layer } from './compose.ts'
import { inOci, oci } from './media-types.ts'
import type { Recipe } from './read-dockerfile.ts'

export interface ImagePushOptions {
  readonly recipe: Recipe
  readonly layer: Layer
  /** Where the base is. */
  readonly source: ImageSource
  readonly sink: ImageTarget
  readonly blobs: BlobCopier
  readonly tell: (line: string) => void
}

/** An image of an index: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md */
export interface PlatformImage extends Descriptor {
  readonly platform: { readonly architecture: string; readonly os: string; readonly variant?: string }
}

/** Pushes the image that the recipe makes of a base. */
export interface ImagePush {
  /** For one platform. @param wanted such as `linux/arm64` @param base its manifest */
  platform(wanted: string, base: Digest): Promise<PlatformImage>
  /** What names all of them. @param tagFor what it is called, by its digest */
  index(manifests: readonly PlatformImage[], tagFor: (digest: Digest) => string): Promise<{ readonly digest: Digest; readonly tag: string }>
}

export function imagePush({ recipe, layer, source, sink, blobs, tell }: ImagePushOptions): ImagePush {
  async function copy(blob: Descriptor): Promise<void> {
    const outcome = await blobs.copy(source, sink, blob)
    if (outcome !== 'present') tell(`  a layer of ${(blob.size / 1e6).toFixed(1)} MB: ${outcome}`)
  }

  async function put(mediaType: string, digest: Digest, content: Uint8Array): Promise<Descriptor> {
    const blob = { mediaType, digest, size: content.length }
    if (!(await sink.hasBlob(blob))) {
      await sink.putBlob(blob, async function* () {
        yield content
      })
    }
    return blob
  }

  async function putManifest(mediaType: string, document: object, { inner, named }: { inner: boolean; named: (digest: Digest) => string }) {
    const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...document }))
    const digest = canonicalDigest(content)
    const reference = named(digest)
    await sink.putManifest(reference, { content, mediaType, digest }, { inner })
    return { mediaType, digest, size: content.length, reference }
  }

  return {
    async platform(wanted, base) {
      const { layers, config, variant } = await readBaseImage(source, base)
      await inParallel(layers, layers.length, copy)
      const added = await put(oci.layer, layer.digest, layer.content)
      const ours = Buffer.from(configOf(config, recipe, layer))
      const described = await put(oci.config, canonicalDigest(ours), ours)
      const kept = layers.map(({ mediaType, digest, size }) => ({ mediaType: inOci(mediaType), digest, size }))
      const image = { config: described, layers: [...kept, added] }
      const { mediaType, digest, size } = await putManifest(oci.manifest, image, { inner: true, named: digest => digest })
      const [os = '', architecture = ''] = wanted.split('/')
      return { mediaType, digest, size, platform: { architecture, os, ...(variant === undefined ? {} : { variant }) } }
    },

    async index(manifests, tagFor) {
      const { digest, reference } = await putManifest(oci.index, { manifests }, { inner: false, named: tagFor })
      return { digest, tag: reference }
    },
  }
}
