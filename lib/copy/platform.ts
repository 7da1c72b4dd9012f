import { type ManifestContent, parseManifest } from '../../registry-app/src/registry/manifest-content.ts'
import { RegistryFailure } from '../registry-client/http/failure.ts'
import type { ImageSource, RawManifest } from '../registry-client/ports.ts'
import { digestLike } from '../registry-client/read-manifest.ts'
import { UsageError } from '../usage-error.ts'

/** `linux/arm64`, `linux/arm/v7`. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
}

/** @throws UsageError */
export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/.exec(text) ?? []
  if (os === undefined || architecture === undefined) throw new UsageError(`--platform ${text}: write linux/amd64, or linux/arm/v7`)
  return { os, architecture, variant }
}

/**
 * Of an index, what is for these platforms: the one image, or a smaller index of several, with what is attested of them. An image by itself stays as it is.
 *
 * @throws RegistryFailure if there is nothing for any of them
 */
export async function choosePlatforms(source: ImageSource, manifest: RawManifest, platforms: readonly Platform[]): Promise<RawManifest> {
  if (platforms.length === 0) return manifest
  const { manifests } = readable(manifest, source)
  if (manifests.length === 0) return manifest
  const index = JSON.parse(Buffer.from(manifest.content).toString()) as { manifests: readonly IndexEntry[] }
  const wanted = index.manifests.filter(entry => platforms.some(platform => isFor(entry, platform)))
  if (wanted.length === 0) throw new RegistryFailure(`${source.title}: there is nothing for ${platforms.map(textOf).join(', ')}`)
  const [only, ...others] = wanted
  if (only && others.length === 0) {
    const image = await source.manifest(only.digest)
    if (!image) throw new RegistryFailure(`${source.title}: ${only.digest} is named by an index, and not there`)
    return image
  }
  const digests = new Set(wanted.map(({ digest }) => digest))
  const kept = index.manifests.filter(
    ({ digest, annotations }) => digests.has(digest) || digests.has(annotations?.['vnd.docker.reference.digest'] ?? ''),
  )
  const content = Buffer.from(JSON.stringify({ ...index, manifests: kept }))
  return { content, mediaType: manifest.mediaType, digest: digestLike(manifest.digest, content) }
}

interface IndexEntry {
  readonly digest: string
  readonly platform?: Partial<Platform>
  readonly annotations?: Readonly<Record<string, string>>
}

const textOf = ({ os, architecture, variant }: Platform) => [os, architecture, variant].filter(Boolean).join('/')

/** Where no variant is asked for, each one will do. */
const isFor = ({ platform }: IndexEntry, { os, architecture, variant }: Platform) =>
  platform?.os === os && platform.architecture === architecture && (variant === undefined || platform.variant === variant)

/** @throws RegistryFailure for what is neither an image nor an index that registries take today */
export function readable({ content, mediaType, digest }: RawManifest, source: ImageSource): ManifestContent {
  try {
    return parseManifest(content, mediaType === '' || mediaType === 'application/json' ? undefined : mediaType)
  } catch (cause) {
    const { detail } = cause as { detail?: { field?: string; reason?: string } }
    const why = /manifest\.v1\+/.test(mediaType)
      ? 'is of the kind that docker gave up in 2019 (schema 1): pull it, and push it again'
      : [detail?.field, detail?.reason].join(' ')
    throw new RegistryFailure(`${source.title}: ${digest} cannot be copied: ${why}`, { cause })
  }
}
