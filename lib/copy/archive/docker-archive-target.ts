import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import { parseManifest } from '../../../registry-app/src/registry/manifest-content.ts'
import { largestManifest } from '../../registry-client/read-manifest.ts'
import { type LayoutWriter, once } from '../layout/files.ts'
import { blobPath, type LayoutEntry, namesOf } from '../layout/layout-index.ts'
import { type FileTarget, layoutTarget } from '../layout/layout-target.ts'
import type { DockerImage } from './docker-archive-source.ts'

export interface DockerArchiveOptions {
  /** What `docker load` shall call an image: `registry.example/app:v1`. */
  readonly nameOf: (tag: string) => string
  /** Of an index: an engine that knows no `index.json` loads one image of it. @default the processor that this runs on */
  readonly architecture: string
}

/**
 * An archive as docker writes it since version 25: an OCI layout, all of it byte for byte as it was, and beside it the `manifest.json` that older
 * engines and other tools read.
 */
export function dockerArchiveTarget(writer: LayoutWriter, { nameOf, architecture }: DockerArchiveOptions): Promise<FileTarget> {
  const read = async (digest: Digest) => {
    const content = await writer.read(blobPath(digest), largestManifest)
    if (!content) throw new Error(`${writer.title} has no ${digest} in it`)
    return content
  }

  async function imageOf({
    digest,
    mediaType,
  }: Pick<LayoutEntry, 'digest' | 'mediaType'>): Promise<Omit<DockerImage, 'RepoTags'> | undefined> {
    const { config, layers, manifests } = parseManifest(await read(digest), mediaType)
    if (config) return { Config: blobPath(config.digest), Layers: layers.map(layer => blobPath(layer.digest)) }
    const linux = manifests.filter(({ platform }) => platform?.os === 'linux')
    const chosen = linux.find(({ platform }) => platform?.architecture === architecture) ?? linux[0] ?? manifests[0]
    return chosen && imageOf(chosen)
  }

  async function complete(entries: readonly LayoutEntry[]): Promise<void> {
    const images: DockerImage[] = []
    for (const entry of entries) {
      const { tag } = namesOf(entry)
      const image = tag === undefined ? undefined : await imageOf(entry)
      if (image && tag !== undefined) images.push({ ...image, RepoTags: [nameOf(tag)] })
    }
    const content = Buffer.from(JSON.stringify(images))
    await writer.write('manifest.json', content.length, () => once(content))
  }

  return layoutTarget(writer, { annotate: tag => ({ 'io.containerd.image.name': nameOf(tag) }), complete })
}
