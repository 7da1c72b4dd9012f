import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import type { Descriptor, ManifestContent } from './manifest-content.ts'
import { isNondistributable, manifestTypes } from './media-types.ts'

/** What has to be there before a manifest is accepted (`validation` in config.yml). */
export interface ManifestRules {
  /** The layer URLs that are accepted; `undefined` accepts any that are http or https. */
  readonly urls?: { readonly allow: readonly RegExp[]; readonly deny: readonly RegExp[] } | undefined
  /** Which of an index's entries must be here. */
  readonly platforms: 'all' | 'none' | readonly { readonly architecture: string; readonly os: string }[]
}

/** Whether this repository has it: a manifest of its own, or a blob that it may serve. */
export interface Holdings {
  manifest(digest: Digest, options?: CallOptions): Promise<boolean>
  blob(digest: Digest, options?: CallOptions): Promise<boolean>
}

const breadth = 16

/**
 * Refuses a manifest that refers to what this repository lacks. A `subject` need not be there (OCI distribution specification, "Push").
 *
 * @throws AggregateError of RegistryErrors MANIFEST_BLOB_UNKNOWN and MANIFEST_INVALID, one for each such descriptor
 */
export async function checkManifest(
  manifest: ManifestContent,
  rules: ManifestRules,
  holdings: Holdings,
  options?: CallOptions,
): Promise<void> {
  const blobs = [manifest.config, ...manifest.layers].filter(descriptor => descriptor !== undefined)
  const entries = manifest.manifests.filter(entry => isRequired(entry, rules.platforms))
  const checks = [
    ...distinct(blobs).map(descriptor => () => checkBlob(descriptor, rules, holdings, options)),
    ...distinct(entries).map(descriptor => () => checkEntry(descriptor, holdings, options)),
  ]
  const errors = (await inParallel(checks, breadth, check => check())).filter(error => error !== undefined)
  if (errors.length > 0) throw new AggregateError(errors)
}

async function checkBlob({ mediaType, digest, urls }: Descriptor, rules: ManifestRules, holdings: Holdings, options?: CallOptions) {
  const refused = urls.find(url => !isAccepted(url, rules.urls))
  if (refused !== undefined)
    return new RegistryError('MANIFEST_INVALID', { digest, url: refused, reason: 'this URL is not allowed for a layer' })
  // What a client is told to fetch elsewhere need not be here; with Distribution's rule (`validation`), only if it says from where.
  if (isNondistributable(mediaType) && (urls.length > 0 || !rules.urls)) return undefined
  return (await holdings.blob(digest, options)) ? undefined : unknown(digest)
}

async function checkEntry({ mediaType, digest }: Descriptor, holdings: Holdings, options?: CallOptions) {
  if (await holdings.manifest(digest, options)) return undefined
  // An index may also list what is no manifest: then it is a blob.
  if (!manifestTypes.has(mediaType) && (await holdings.blob(digest, options))) return undefined
  return unknown(digest)
}

function isRequired({ platform }: Descriptor, platforms: ManifestRules['platforms']): boolean {
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
