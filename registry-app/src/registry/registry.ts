import type { Tally } from '../storage/tally.ts'
import { type Blobs, type BlobsOptions, blobs } from './blobs.ts'
import { type Catalog, catalog } from './catalog.ts'
import { nothingCollected, type Reliances } from './condemned/reliance.ts'
import { deletedLinks, nothingDeleted } from './deleted-links.ts'
import { deletionRecords } from './deletion-records.ts'
import { holdings } from './holdings.ts'
import { type ImmutableTagRule, immutableTags } from './immutable-tags.ts'
import { knownBlobs } from './known-blobs.ts'
import { type LastPulls, nobodyCounts } from './last-pulls.ts'
import { layerLinks } from './layer-links.ts'
import type { ManifestRules } from './manifest-rules.ts'
import { manifestStore } from './manifest-store.ts'
import { type Manifests, manifests } from './manifests.ts'
import { nothingQuarantined, type Quarantine } from './quarantine.ts'
import { noQuotas, type Quotas } from './quotas.ts'
import { type Referrers, referrers } from './referrers.ts'
import { type Repositories, repositories } from './repositories.ts'
import { type Tags, tags } from './tags.ts'
import { type Undo, undo } from './undo.ts'
import { type Uploads, type UploadsOptions, uploads } from './uploads.ts'

/** The rules of a registry over one storage. It speaks of digests, repositories and tags, and knows neither HTTP nor S3. */
export interface Registry {
  readonly blobs: Blobs
  readonly uploads: Uploads
  readonly manifests: Manifests
  readonly tags: Tags
  readonly referrers: Referrers
  readonly catalog: Catalog
  readonly repositories: Repositories
  readonly pulls: LastPulls
  readonly undo: Undo
}

export interface RegistryOptions
  extends Omit<UploadsOptions, 'blobs' | 'known' | 'reliances' | 'quotas'>,
    Omit<BlobsOptions, 'known' | 'links' | 'tally' | 'reliances' | 'quarantine' | 'quotas'> {
  rules: ManifestRules | undefined
  /** @default every tag may be moved and deleted */
  immutableTags?: readonly ImmutableTagRule[] | undefined
  /** How long what was seen of blobs is believed, in milliseconds (`storage.cache.vouchfor`). */
  believedFor: number
  /** What keeps garbage collection from taking what a client was told is there. @default nothing is collected while this registry writes */
  reliances?: Reliances | undefined
  /** What was found to be damaged in the storage. @default nothing was */
  quarantine?: Quarantine | undefined
  /** @default everybody may push as much as he likes */
  quotas?: Quotas | undefined
  /** Told of each pull of a manifest. @default nobody */
  pulls?: LastPulls | undefined
  /** Whether clients may delete (`storage.delete.enabled`), here or through another process. @default no */
  deletes?: boolean | undefined
  /** How long what clients delete can be restored, in milliseconds (`policy.undo`). @default not at all */
  undoDeletions?: number | undefined
  /** Told how often what is remembered was of use. */
  tallies?: Partial<Record<'manifests' | 'links' | 'blobs', Tally>> | undefined
}

export function createRegistry(options: RegistryOptions): Registry {
  const { driver, rules, tallies, reliances = nothingCollected, quarantine = nothingQuarantined, quotas = noQuotas } = options
  const known = knownBlobs(options.believedFor, options.now)
  const names = catalog(driver, options.now)
  const deleted = options.deletes ? deletedLinks(driver, options.randomName) : nothingDeleted
  const links = layerLinks({ driver, known, deleted, believedFor: options.believedFor, now: options.now, tally: tallies?.links })
  const blobService = blobs({ ...options, known, links, reliances, quarantine, quotas, tally: tallies?.blobs })
  const tagService = tags(driver)
  const store = manifestStore(driver, quarantine, tallies?.manifests)
  const referrerService = referrers(driver, store, tagService)
  const immutable = immutableTags(tagService, options.immutableTags ?? [])
  const { undoDeletions: grace } = options
  const deletions = grace === undefined ? undefined : deletionRecords({ driver, grace, randomName: options.randomName, find: store.find })
  const manifestService = manifests({
    store,
    holdings: (name, reliance, call) => holdings({ store, links, blobs: blobService, reliance }, name, call),
    reliances,
    tags: tagService,
    immutable,
    quotas,
    referrers: referrerService,
    catalog: names,
    links,
    rules,
    deletions,
  })
  return {
    blobs: blobService,
    uploads: uploads({ ...options, blobs: blobService, known, reliances, quotas }),
    manifests: manifestService,
    pulls: options.pulls ?? nobodyCounts,
    undo: undo({ driver, manifests: manifestService, tags: tagService }),
    tags: tagService,
    referrers: referrerService,
    catalog: names,
    repositories: repositories({ driver, tags: tagService, store, links, immutable, reliances, deletions }),
  }
}
