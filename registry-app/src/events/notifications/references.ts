/** A descriptor as Go writes it (OCI image specification, `specs-go/v1/descriptor.go`): its fields in this order, empty ones left out. */
export type Descriptor = Readonly<Record<string, unknown>>

/** Config and layers of an image, the manifests of an index. @param content a manifest that the registry serves: JSON, an object */
export function referencesOf(content: Uint8Array): readonly Descriptor[] {
  const { config, layers, manifests } = JSON.parse(Buffer.from(content).toString()) as Json
  const all = Array.isArray(manifests) ? manifests : [config, ...(Array.isArray(layers) ? layers : [])]
  return all.filter(isObject).map(descriptor)
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const descriptor = ({ mediaType, digest, size, urls, annotations, data, platform, artifactType }: Json): Descriptor => ({
  mediaType: mediaType ?? '',
  digest: digest ?? '',
  size: size ?? 0,
  urls: filled(urls),
  annotations: isObject(annotations) ? filled(sorted(annotations)) : undefined,
  data: filled(data),
  platform: isObject(platform) ? platformOf(platform) : undefined,
  artifactType: filled(artifactType),
})

const platformOf = (platform: Json): Json => ({
  architecture: platform.architecture ?? '',
  os: platform.os ?? '',
  'os.version': filled(platform['os.version']),
  'os.features': filled(platform['os.features']),
  variant: filled(platform.variant),
})

/** `undefined` for what Go's `omitempty` leaves out. */
function filled(value: unknown): unknown {
  if (value === '' || value === null) return undefined
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? undefined : value
}

/** Go writes a map in the order of its keys. */
const sorted = (map: Json): Json => Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)))
