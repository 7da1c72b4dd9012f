import type { StorageSettings } from '../../../registry-app/src/doctor/recommend.ts'
import type { ProviderPreset } from './provider-preset.ts'

/** As much of a preset as settings follow from. What is absent is not known. */
export type KnownOfStore = Pick<ProviderPreset, 'title' | 'regions' | 'signing' | 'addressing'> & Partial<ProviderPreset>

/** What a preset cannot know. */
export interface BucketPlace {
  readonly bucket: string
  /** @default - the provider's only one */
  readonly region?: string | undefined
  /** What the preset's `account` explains. */
  readonly account?: string | undefined
  /** A host, or a URL whose `http:` switches TLS off. @default - the provider's own for the region */
  readonly endpoint?: string | undefined
}

export type { StorageSettings }

/**
 * The registry's settings for a bucket of this provider.
 *
 * @throws Error that says what else must be known
 * @example
 * storageSettings(providerNamed('scaleway'), { region: 'fr-par', bucket: 'images' }).s3.regionendpoint // 's3.fr-par.scw.cloud'
 */
export function storageSettings(preset: KnownOfStore, place: BucketPlace): StorageSettings {
  const region = regionOf(preset, place)
  return {
    s3: {
      bucket: place.bucket,
      region,
      ...endpointKeys(preset, place, region),
      forcepathstyle: preset.addressing[0] === 'path',
      signingversion: preset.signing[0],
      ...(preset.chunkSize === undefined ? {} : { chunksize: preset.chunkSize }),
      ...(preset.withoutAcl ? { objectacl: 'none' } : {}),
    },
    ...(preset.supports?.presignedUrls === 'no' ? { redirect: { disable: true } as const } : {}),
  }
}

function regionOf({ title, regions }: KnownOfStore, { region }: BucketPlace): string {
  if (region !== undefined) return region
  const [only, ...more] = regions
  if (only !== undefined && more.length === 0) return only
  throw new Error(`${title} needs a region${regions.length > 0 ? `, such as ${regions.join(', ')}` : ''}`)
}

function endpointKeys(preset: KnownOfStore, place: BucketPlace, region: string): Record<string, string | boolean> {
  if (place.endpoint !== undefined) return given(place.endpoint)
  const exception = preset.exceptions?.[region]
  if (exception !== undefined) return { regionendpoint: exception, secure: true }
  if (preset.endpointImplied) return { secure: true }
  return { regionendpoint: hostOf(preset, place, region), secure: true }
}

function hostOf({ title, endpoint, account: what, exceptions }: KnownOfStore, { account }: BucketPlace, region: string): string {
  if (endpoint === undefined) {
    const known = Object.keys(exceptions ?? {})
    throw new Error(`${title} needs an endpoint${known.length > 0 ? ` in region ${region}; known are ${known.join(', ')}` : ''}`)
  }
  if (what !== undefined && account === undefined) throw new Error(`${title} needs an account: ${what}`)
  return endpoint.replace('{region}', region).replace('{account}', account ?? '')
}

/** A path is rare and needs the whole URL; otherwise the host reads better. */
function given(endpoint: string): Record<string, string | boolean> {
  if (!endpoint.includes('://')) return { regionendpoint: endpoint, secure: true }
  const { protocol, host, pathname } = new URL(endpoint)
  return { regionendpoint: pathname === '/' ? host : endpoint, secure: protocol !== 'http:' }
}
