import { z } from 'zod'
import { asDigest, type Digest } from '../../registry-app/src/registry/digest.ts'
import { verifiedBody } from '../../registry-app/src/registry/verified-body.ts'
import type { BlobInfo, ImageSource, RawManifest } from '../registry-client/ports.ts'
import { largestManifest } from '../registry-client/read-manifest.ts'
import { inOci, oci } from './media-types.ts'

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.custom<Digest>(value => typeof value === 'string' && asDigest(value) !== undefined),
  size: z.int().nonnegative(),
})
export type Descriptor = Pick<z.output<typeof descriptor>, 'mediaType' | 'digest' | 'size'>
const platform = z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
const index = z.looseObject({ manifests: z.array(descriptor.extend({ platform: platform.optional() })) })
const manifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) })

/** What is built on, for one platform. */
export interface BaseImage {
  readonly layers: readonly Descriptor[]
  /** As it stands there: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
  readonly config: string
  readonly variant: string | undefined
}

/** The base's manifest for each platform. @throws Error if it has none for one of them */
export async function manifestsOf(source: ImageSource, reference: string, platforms: readonly string[]): Promise<Map<string, Digest>> {
  const whole = await fetched(source, reference)
  const found = inOci(whole.mediaType) === oci.index ? inIndex(whole) : new Map([[await platformOf(source, whole), whole.digest]])
  return new Map(
    platforms.map(wanted => {
      const digest = found.get(wanted)
      if (digest === undefined) throw new Error(`the base has nothing for ${wanted}, only ${[...found.keys()].join(', ')}`)
      return [wanted, digest]
    }),
  )
}

export async function readBaseImage(source: ImageSource, digest: Digest): Promise<BaseImage> {
  const { config: place, layers } = manifest.parse(documentIn(await fetched(source, digest)))
  const config = await textOf(source, place)
  return { layers, config, variant: platform.parse(JSON.parse(config)).variant }
}

function inIndex(whole: RawManifest): Map<string, Digest> {
  const { manifests } = index.parse(documentIn(whole))
  // The newest variant is the one that is meant without a word.
  return new Map(
    manifests.flatMap(({ digest, platform }) => (platform ? [[`${platform.os}/${platform.architecture}`, digest] as const] : [])),
  )
}

async function platformOf(source: ImageSource, whole: RawManifest): Promise<string> {
  const { os, architecture } = platform.parse(JSON.parse(await textOf(source, manifest.parse(documentIn(whole)).config)))
  return `${os}/${architecture}`
}

async function fetched(source: ImageSource, reference: string): Promise<RawManifest> {
  const found = await source.manifest(reference)
  if (!found) throw new Error(`${source.title} has no ${reference}`)
  return found
}

const documentIn = ({ content }: RawManifest): unknown => JSON.parse(Buffer.from(content).toString())

/** A blob that is small, as an image's configuration is. @throws Error for one that is not, or whose bytes are not those of its digest */
async function textOf(source: ImageSource, blob: BlobInfo): Promise<string> {
  const { digest, size } = blob
  const place = `${source.title}: ${digest}`
  if (size > largestManifest) throw new Error(`${place} has ${size} bytes, too many for an image's configuration`)
  const pieces: Buffer[] = []
  // A piece may be overwritten once the next is asked for.
  for await (const piece of verifiedBody({ size, body: source.blob(blob) }, digest, place, () => {})) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}
