import { asDigest, type Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import { indexTypes, isNondistributable, manifestTypes, mediaTypes } from './media-types.ts'

/** A manifest or an index as its JSON has it; only what the registry acts upon. */
export interface ManifestContent {
  readonly mediaType: string
  readonly artifactType?: string | undefined
  readonly annotations?: Readonly<Record<string, string>> | undefined
  readonly subject?: Descriptor | undefined
  /** Of an image manifest. */
  readonly config?: Descriptor | undefined
  readonly layers: readonly Descriptor[]
  /** Of an index. */
  readonly manifests: readonly Descriptor[]
}

/** OCI image specification, `descriptor.md`. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly urls: readonly string[]
  readonly platform?: { readonly architecture: string; readonly os: string } | undefined
}

/**
 * Reads what a client sent or what lies in storage.
 *
 * @param claimed the Content-Type without its parameters, or `undefined`: then the JSON alone decides
 * @throws RegistryError MANIFEST_INVALID that names the field
 */
export function parseManifest(content: Uint8Array, claimed: string | undefined): ManifestContent {
  const json = asObject(parseJson(content), 'the manifest')
  if (json.schemaVersion !== 2) invalid('schemaVersion', 'must be 2')
  const mediaType = typeOf(json, claimed)
  const isIndex = indexTypes.has(mediaType)
  // Whoever reads it later has no Content-Type, goes by these fields, and must find in it what was checked here.
  const isFitting = isIndex
    ? json.manifests !== undefined && json.layers === undefined && (json.config ?? undefined) === undefined
    : json.manifests === undefined
  if (!isFitting) invalid('mediaType', 'says another kind of manifest than its fields do')
  return {
    mediaType,
    artifactType: optionalString(json.artifactType, 'artifactType'),
    annotations: annotationsOf(json.annotations),
    subject: json.subject === undefined || json.subject === null ? undefined : descriptor(json.subject, 'subject'),
    config: isIndex ? undefined : descriptor(json.config, 'config'),
    layers: isIndex ? [] : descriptors(json.layers, 'layers'),
    manifests: isIndex ? descriptors(json.manifests, 'manifests') : [],
  }
}

/** The same of what lies in storage: an old bucket may hold what we would not accept, and that is then `undefined`. */
export function parseStored(content: Uint8Array, mediaType: string): ManifestContent | undefined {
  try {
    return parseManifest(content, mediaType)
  } catch (error) {
    if (error instanceof RegistryError) return undefined
    throw error
  }
}

/** The blobs that whoever pulls this manifest pulls from the same repository: its config and its ordinary layers, those of foreign ones left out. */
export function ownBlobs(manifest: ManifestContent | undefined): readonly Descriptor[] {
  const blobs = [manifest?.config, ...(manifest?.layers ?? [])]
  return blobs.filter(blob => blob !== undefined).filter(({ mediaType, urls }) => !isNondistributable(mediaType) && urls.length === 0)
}

/** The media type is not stored beside a manifest: it is read from its JSON each time (`mediaType`, or else the fields it has). */
export function mediaTypeOf(content: Uint8Array): string {
  const json = asObject(parseJson(content), 'the manifest')
  if (json.schemaVersion === 1) return mediaTypes.dockerSchema1
  // What another registry accepted into this storage can be read and deleted, whatever it says that it is.
  return typeof json.mediaType === 'string' && isMediaType.test(json.mediaType)
    ? json.mediaType
    : typeOf({ ...json, mediaType: undefined }, undefined)
}

/** RFC 6838, section 4.2, with parameters: what can stand in a header. */
const isMediaType = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?: *;[\x20-\x7e]{0,256})?$/

function typeOf(json: Json, claimed: string | undefined): string {
  const own = optionalString(json.mediaType, 'mediaType')
  if (own && claimed && own !== claimed) invalid('mediaType', `is ${own}, but the Content-Type says ${claimed}`)
  const mediaType = own ?? claimed ?? (json.manifests === undefined ? mediaTypes.ociManifest : mediaTypes.ociIndex)
  if (!manifestTypes.has(mediaType)) invalid('mediaType', `${mediaType} is none of ${[...manifestTypes].join(', ')}`)
  return mediaType
}

type Json = Readonly<Record<string, unknown>>

function parseJson(content: Uint8Array): unknown {
  try {
    // A byte order mark would be left out, and the rest be read: programs in Go, which most clients are, read no such manifest.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content))
  } catch (cause) {
    throw new RegistryError('MANIFEST_INVALID', { reason: 'the body is not JSON in UTF-8' }, { cause })
  }
}

function asObject(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) invalid(what, 'must be an object')
  return value as Json
}

function optionalString(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') invalid(field, 'must be a string')
  return value
}

function annotationsOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined
  const annotations = asObject(value, 'annotations')
  for (const [key, text] of Object.entries(annotations)) if (typeof text !== 'string') invalid(`annotations.${key}`, 'must be a string')
  return annotations as Record<string, string>
}

/** `null` is how Go writes an empty list. */
function descriptors(value: unknown, field: string): Descriptor[] {
  if (value === null || value === undefined) return []
  if (!Array.isArray(value)) invalid(field, 'must be a list')
  return value.map((entry, index) => descriptor(entry, `${field}[${index}]`))
}

function descriptor(value: unknown, field: string): Descriptor {
  const json = asObject(value, field)
  const digest = typeof json.digest === 'string' ? asDigest(json.digest) : undefined
  if (!digest) invalid(`${field}.digest`, 'must be a sha256 or sha512 digest')
  if (typeof json.size !== 'number' || !Number.isSafeInteger(json.size) || json.size < 0)
    invalid(`${field}.size`, 'must be a number of bytes')
  const mediaType = optionalString(json.mediaType, `${field}.mediaType`)
  if (!mediaType) invalid(`${field}.mediaType`, 'must be given')
  return { mediaType, digest, size: json.size, urls: urlsOf(json.urls, `${field}.urls`), platform: platformOf(json.platform) }
}

function urlsOf(value: unknown, field: string): string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.some(url => typeof url !== 'string')) invalid(field, 'must be a list of strings')
  return value as string[]
}

function platformOf(value: unknown): Descriptor['platform'] {
  if (value === undefined || value === null) return undefined
  const { architecture, os } = asObject(value, 'platform')
  return { architecture: String(architecture ?? ''), os: String(os ?? '') }
}

function invalid(field: string, reason: string): never {
  throw new RegistryError('MANIFEST_INVALID', { field, reason })
}
