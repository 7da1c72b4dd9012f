import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

/**
 * Writes an OCI image layout: an image of these layers for each architecture, named for it, and an index of them all, named `all`.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function writeOciLayout(folder: string, layers: readonly string[], architectures: readonly string[]): Promise<void> {
  const blobs = join(folder, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })

  async function add(kind: string, content: Uint8Array | object): Promise<Descriptor> {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
    const hash = sha256(bytes)
    await writeFile(join(blobs, hash), bytes)
    return { mediaType: `application/vnd.oci.image.${kind}`, digest: `sha256:${hash}`, size: bytes.length }
  }

  const archives = await Promise.all(layers.map(path => readFile(path)))
  // Compressed, since a client that pushes plain layers compresses them on its way, and the image is then another.
  const descriptors = await Promise.all(archives.map(archive => add('layer.v1.tar+gzip', gzipSync(archive))))
  const rootfs = { type: 'layers', diff_ids: archives.map(archive => `sha256:${sha256(archive)}`) }
  const images = await Promise.all(
    architectures.map(async architecture => {
      const config = await add('config.v1+json', { architecture, os: 'linux', config: {}, rootfs })
      const mediaType = 'application/vnd.oci.image.manifest.v1+json'
      const manifest = await add('manifest.v1+json', { schemaVersion: 2, mediaType, config, layers: descriptors })
      return { ...manifest, platform: { architecture, os: 'linux' } }
    }),
  )
  const index = (manifests: object[]) => ({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests })
  const all = await add('index.v1+json', index(images))

  const named = (descriptor: Descriptor, name: string) => ({ ...descriptor, annotations: { 'org.opencontainers.image.ref.name': name } })
  const entries = [...images.map(image => named(image, image.platform.architecture)), named(all, 'all')]
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await writeFile(join(folder, 'index.json'), JSON.stringify(index(entries)))
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
