import { inParallel } from '../concurrency/in-parallel.ts'
import type { Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import type { Holdings } from './holdings.ts'
import type { Descriptor, ManifestContent } from './manifest-content.ts'
import { isNondistributable, manifestTypes } from './media-types.ts'

/** What has to be there before a manifest is accepted (`validation` in config.yml). */
export interface ManifestRules {
  /** The layer URLs that are accepted; `undefined` accepts any that are http or https. */
  readonly urls?: { readonly allow: readonly RegExp[]; readonly deny: readonly RegExp[] } | undefined
  /** Which of an index's entries must be here. */
  readonly platforms: 'all' | 'none' | readonly { readonly architecture: string; readonly os: string }[]
}

const breadth = 16

/**
 * Refuses a manifest that refers to what this repository lacks. A `subject` need not be there (OCI distribution specification, "Push").
 *
 * @throws AggregateError of RegistryErrors MANIFEST_BLOB_UNKNOWN and MANIFEST_INVALID, one for each such descriptor
 */
export async function checkManifest(manifest: ManifestContent, rules: ManifestRules, holdings: Holdings): Promise<void> {
  // One digest may stand in it more than once, as this and as that: each must be right.
  const blobs = [manifest.config, ...manifest.layers].filter(descriptor => descriptor !== undefined)
  const isRefused = (descriptor: Descriptor) => refusedUrl(descriptor, rules) !== undefined
  const refused = distinct(blobs.filter(isRefused)).flatMap(descriptor => refusedUrl(descriptor, rules) ?? [])
  const wanted = distinct(blobs.filter(descriptor => mustBeHere(descriptor, rules) && !isRefused(descriptor))).map(({ digest }) => digest)
  const held = await holdings.blobs(wanted)
  const missing = wanted.filter(digest => !held.has(digest)).map(unknown)

  const required = manifest.manifests.filter(entry => isRequired(entry, rules.platforms))
  const entries = [...Map.groupBy(required, ({ mediaType }) => mediaType).values()].flatMap(distinct)
  const absent = (await inParallel(entries, breadth, entry => checkEntry(entry, holdings))).filter(error => error !== undefined)
  const errors = [...refused, ...missing, ...absent]
  if (errors.length > 0) throw new AggregateError(errors)
}

function refusedUrl({ digest, urls }: Descriptor, rules: ManifestRules): RegistryError | undefined {
  const url = urls.find(url => !isAccepted(url, rules.urls))
  return url === undefined
    ? undefined
    : new RegistryError('MANIFEST_INVALID', { digest, url, reason: 'this URL is not allowed for a layer' })
}

/** What a client is told to fetch elsewhere need not be here; with Distribution's rule (`validation`), only if it says from where. */
const mustBeHere = ({ mediaType, urls }: Descriptor, rules: ManifestRules) =>
  !(isNondistributable(mediaType) && (urls.length > 0 || !rules.urls))

async function checkEntry({ mediaType, digest }: Descriptor, holdings: Holdings) {
  if (await holdings.manifest(digest)) return undefined
  // An index may also list what is no manifest: then it is a blob.
  if (!manifestTypes.has(mediaType) && (await holdings.blobs([digest])).has(digest)) return undefined
  return unknown(digest)
}

/** Whether an index's entry must be here. */
export function isRequired({ platform }: Pick<Descriptor, 'platform'>, platforms: ManifestRules['platforms']): boolean {
  if (platforms === 'all') return true
  if (platforms === 'none') return false
  return platforms.some(({ architecture, os }) => architecture === platform?.architecture && os === platform.os)
}

function isAccepted(url: string, rules: ManifestRules['urls']): boolean {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.hash !== '') return false
  if (!rules) return true
  // With neither list, no URL is accepted (Distribution's `validation.manifests.urls`).
  const allowed = rules.allow.length === 0 ? rules.deny.length > 0 : rules.allow.some(pattern => pattern.test(url))
  return allowed && !rules.deny.some(pattern => pattern.test(url))
}

const distinct = (descriptors: readonly Descriptor[]) => [...new Map(descriptors.map(each => [each.digest, each])).values()]
const unknown = (digest: Digest) => new RegistryError('MANIFEST_BLOB_UNKNOWN', { digest })
