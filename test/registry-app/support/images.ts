import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import type { AcceptedManifest } from '../../../registry-app/src/registry/manifests.ts'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { type Name, parseName, parseReference, parseTag } from '../../../registry-app/src/registry/name.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import { bytes, pieces, sha256 } from './bytes.ts'

export const name = (text: string): Name => parseName(text)
export const tag = parseTag

export interface Described {
  mediaType: string
  digest: Digest
  size: number
}

export type Json = Record<string, unknown>

export const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip'
export const configType = 'application/vnd.oci.image.config.v1+json'
export const foreignLayerType = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'

export const descriptor = (content: Uint8Array | string, mediaType = layerType): Described => ({
  mediaType,
  digest: sha256(content),
  size: Buffer.byteLength(content),
})

export const encode = (json: unknown): Uint8Array => bytes(JSON.stringify(json))

/** An image manifest of these; `undefined` leaves a field out. */
export const image = (fields: Json = {}): Json => ({
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config: descriptor('{}', configType),
  layers: [],
  ...fields,
})

export const index = (manifests: readonly unknown[], fields: Json = {}): Json => ({
  schemaVersion: 2,
  mediaType: mediaTypes.ociIndex,
  manifests,
  ...fields,
})

export async function pushBlob(registry: Registry, to: string, content: Uint8Array | string, mediaType = layerType): Promise<Described> {
  const whole = typeof content === 'string' ? bytes(content) : content
  await registry.uploads.store(name(to), sha256(whole), { pieces: pieces(whole), size: whole.length })
  return descriptor(whole, mediaType)
}

/** Pushes a manifest under a tag or a digest; by its own digest where neither is given. */
export async function pushManifest(
  registry: Registry,
  to: string,
  manifest: Json | Uint8Array,
  { as, tags = [], mediaType }: { as?: string; tags?: readonly string[]; mediaType?: string } = {},
): Promise<Described & AcceptedManifest> {
  const content = manifest instanceof Uint8Array ? manifest : encode(manifest)
  const reference = parseReference(as ?? sha256(content))
  const accepted = await registry.manifests.put(name(to), reference, { content, mediaType, tags: tags.map(parseTag) })
  return { size: content.length, ...accepted }
}

/** An image whose one layer is this text, config and layer with it. */
export async function pushImage(registry: Registry, to: string, text: string, options: { as?: string; fields?: Json } = {}) {
  const config = await pushBlob(registry, to, '{}', configType)
  const layer = await pushBlob(registry, to, text)
  const { as, fields } = options
  return pushManifest(registry, to, image({ config, layers: [layer], ...fields }), as === undefined ? {} : { as })
}

export async function codeOf(attempt: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt)
    return 'no error'
  } catch (error) {
    if (error instanceof AggregateError) return error.errors.map(each => each.code)
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
