import { createHash } from 'node:crypto'
import type { Random } from '../../support/seeded-random.ts'

export interface ImageBlob {
  digest: string
  content: Buffer<ArrayBuffer>
}

export interface Image {
  repository: string
  tag: string
  blobs: ImageBlob[]
  manifest: ImageBlob
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** An image of a few layers of random bytes, most of them small, some of a few megabytes. */
export function randomImage(random: Random, repository: string, tag: string): Image {
  const sizes = Array.from({ length: random.whole(1, 4) }, () => random.whole(1, random.whole(0, 3) === 0 ? 6_000_000 : 50_000))
  const layers = sizes.map(size => blobOf(random.bytes(size)))
  const config = blobOf(Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', nonce: random.whole(0, 2 ** 31) })))
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map(layer => descriptor('application/vnd.oci.image.layer.v1.tar', layer)),
  }
  return { repository, tag, blobs: [...layers, config], manifest: blobOf(Buffer.from(JSON.stringify(manifest))) }
}

export const sha256 = (content: Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`

export const blobOf = (content: Buffer<ArrayBuffer>): ImageBlob => ({ digest: sha256(content), content })

const descriptor = (mediaType: string, { digest, content }: ImageBlob) => ({ mediaType, digest, size: content.length })
