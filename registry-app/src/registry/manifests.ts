import { queue } from '../concurrency/queue.ts'
import type { CallOptions } from '../storage/driver.ts'
import type { Catalog } from './catalog.ts'
import type { Reliance, Reliances } from './condemned/reliance.ts'
import { manifestThing } from './condemned/things.ts'
import { DamagedManifest } from './damaged-manifest.ts'
import type { Deleting, DeletionRecords } from './deletion-records.ts'
import { type Digest, isCanonical } from './digest.ts'
import { RegistryError } from './errors.ts'
import type { Holdings } from './holdings.ts'
import type { ImmutableTags } from './immutable-tags.ts'
import type { LayerLinks } from './layer-links.ts'
import { ownBlobs, parseManifest, parseStored } from './manifest-content.ts'
import { manifestMemory, refuseDepth, refuseReferences } from './manifest-limits.ts'
import { checkManifest, type ManifestRules } from './manifest-rules.ts'
import { canonicalDigest, digestOf, type ManifestStore, type StoredManifest } from './manifest-store.ts'
import { isNondistributable } from './media-types.ts'
import type { Name, Reference, Tag } from './name.ts'
import type { Quotas } from './quotas.ts'
import type { Referrers } from './referrers.ts'
import type { Tags } from './tags.ts'

export interface Manifests {
  /**
   * Room in memory for a manifest of so many bytes, from before it is received until it is stored: bounded over all of them, in order of asking.
   *
   * @returns what gives it back; to be called once
   */
  admit(bytes: number, options?: CallOptions): Promise<() => void>
  /** @throws RegistryError MANIFEST_UNKNOWN, caused by a `DamagedManifest`, where its bytes are damaged: clients push again only what is not there */
  get(name: Name, reference: Reference, options?: CallOptions): Promise<StoredManifest | undefined>
  /** Checks, stores and tags a manifest. Durable when it returns. */
  put(name: Name, reference: Reference, pushed: PushedManifest, options?: CallOptions): Promise<AcceptedManifest>
  /** The same of one that comes from another registry: what it refers to may come later, or never, and no quota keeps it from whoever pulls it. */
  keep(name: Name, digest: Digest, pushed: PushedManifest, options?: CallOptions): Promise<AcceptedManifest>
  /**
   * Takes away a tag, or a manifest with all the tags that name it, also one whose bytes are damaged or gone: its digest says which is meant.
   *
   * @returns the tags that are gone, or `undefined` if there was no such thing
   */
  delete(name: Name, reference: Reference, options?: CallOptions & Deleting): Promise<{ tags: readonly Tag[] } | undefined>
  /** The same of a manifest that a cache keeps no longer: nobody has deleted it, so nobody takes that back. */
  drop(name: Name, digest: Digest, options?: CallOptions): Promise<{ tags: readonly Tag[] } | undefined>
}

export interface AcceptedManifest {
  readonly digest: Digest
  readonly mediaType: string
  readonly subject: Digest | undefined
  /** Whether it names layers that need not be here. */
  readonly nondistributable: boolean
}

export interface PushedManifest {
  readonly content: Uint8Array
  /** The Content-Type without its parameters, if one was sent. */
  readonly mediaType: string | undefined
  /** From `?tag=`, beside a digest. */
  readonly tags: readonly Tag[]
}

export interface ManifestsOptions {
  store: ManifestStore
  holdings: (name: Name, reliance: Reliance, options?: CallOptions) => Holdings
  reliances: Reliances
  tags: Tags
  immutable: ImmutableTags
  quotas: Quotas
  referrers: Referrers
  catalog: Catalog
  links: LayerLinks
  /** Absent where validation is off: then a manifest may refer to anything. */
  rules: ManifestRules | undefined
  /** Absent: what is deleted cannot be restored. */
  deletions?: DeletionRecords | undefined
}

interface Acceptance {
  readonly rules: ManifestRules | undefined
  /** Whether a quota may refuse it. */
  readonly limited: boolean
}

interface Doomed {
  readonly canonical: Digest
  /** Absent: it cannot be read. */
  readonly manifest: StoredManifest | undefined
}

export function manifests(options: ManifestsOptions): Manifests {
  const { store, holdings, reliances, tags, immutable, quotas, referrers, catalog, links, rules, deletions } = options
  const find = async (name: Name, reference: Reference, options?: CallOptions) => {
    if (reference.tag === undefined) return store.get(name, reference.digest, options)
    const named = await tags.get(name, reference.tag, options)
    return named && store.get(name, named, { ...options, linked: true })
  }

  /** What is to be deleted. What cannot be read refers to nothing. @returns `undefined` if the repository does not have it */
  async function lookAt(name: Name, digest: Digest, options?: CallOptions): Promise<Doomed | undefined> {
    const manifest = await store.get(name, digest, options).catch(unlessUnreadable)
    if (manifest) return { canonical: canonicalOf(digest, manifest.content), manifest }
    const canonical = await store.find(name, digest, options)
    return canonical && { canonical, manifest: undefined }
  }

  async function accept(
    name: Name,
    reference: Reference,
    { content, mediaType, tags: more }: PushedManifest,
    { rules, limited }: Acceptance,
    options?: CallOptions,
  ): Promise<AcceptedManifest> {
    const digest = reference.digest === undefined ? canonicalDigest(content) : digestOf(content, reference.digest)
    if (reference.digest && digest !== reference.digest) {
      throw new RegistryError('DIGEST_INVALID', { provided: reference.digest, computed: digest })
    }

    const tagged = reference.tag ? [reference.tag, ...more] : more
    await immutable.check(name, tagged, digest, options)
    const canonical = canonicalOf(digest, content)
    if (limited) await quotas.admit(name, content.length, { digest: canonical }, options)
    refuseDepth(content)
    const manifest = parseManifest(content, mediaType)
    refuseReferences(manifest)
    const reliance = reliances.begin(options)
    if (rules) await checkManifest(manifest, rules, holdings(name, reliance, options))
    await reliance.claim([manifestThing(name, digest, canonical)])

    // Whoever finds a tag, or a referrer, finds the manifest behind it.
    const stored = { digest, mediaType: manifest.mediaType, content, blobs: ownBlobs(manifest) }
    await store.put(name, stored, options)
    links.expect(name, stored)
    await referrers.add(name, stored, manifest, options)
    await catalog.added(name, options)
    for (const tag of tagged) await immutable.set(name, tag, digest, options)
    await reliance.confirm()
    quotas.stored(name, canonical, content.length)
    const nondistributable = manifest.layers.some(layer => isNondistributable(layer.mediaType))
    return { digest, mediaType: manifest.mediaType, subject: manifest.subject?.digest, nondistributable }
  }

  /** @param deletions absent: it cannot be restored */
  async function deleteManifest(name: Name, digest: Digest, deletions: DeletionRecords | undefined, options?: CallOptions & Deleting) {
    const doomed = await lookAt(name, digest, options)
    if (!doomed) return undefined
    // Tags first, then the manifest's own link: whoever stops us in between leaves no tag that names nothing. The history goes last: it tells of pushes meanwhile.
    const naming = await tags.naming(name, digest, options)
    immutable.refuseDeletion(name, naming.tags)
    if (deletions) {
      // Should garbage collection be about to take it: what can be restored has to stay.
      await reliances.begin(options).claim([manifestThing(name, digest, doomed.canonical)])
      await deletions.before(name, [{ tags: naming.tags, digest }], options)
    }
    await tags.unset(name, naming.tags, options)
    if (doomed.manifest) await referrers.remove(name, doomed.manifest, options)
    await store.unlink(name, digest, options)
    const { gone, named } = await tags.settle(name, digest, naming, options)
    if (named) await linkAgain(name, digest, doomed, options)
    return { tags: gone }
  }

  /** Whoever pushed it again meanwhile may have written its link before that went, and sets a tag now: whoever finds that has to find the manifest. */
  async function linkAgain(name: Name, digest: Digest, { canonical, manifest }: Doomed, options?: CallOptions) {
    await store.link(name, digest, canonical, options)
    const content = manifest && parseStored(manifest.content, manifest.mediaType)
    if (content) await referrers.add(name, manifest, content, options)
  }

  const memory = queue(manifestMemory)

  return {
    async admit(bytes, options) {
      await memory.enter(bytes, options?.signal)
      return () => memory.leave(bytes)
    },

    async get(name, reference, options) {
      const manifest = await find(name, reference, options).catch(error => {
        throw error instanceof DamagedManifest ? unknown(name, reference, error) : error
      })
      if (manifest) links.expect(name, manifest)
      return manifest
    },

    put: (name, reference, pushed, options) => accept(name, reference, pushed, { rules, limited: true }, options),

    keep: (name, digest, pushed, options) => accept(name, { digest }, pushed, { rules: undefined, limited: false }, options),

    async delete(name, reference, options) {
      if (reference.tag !== undefined) {
        immutable.refuseDeletion(name, [reference.tag])
        const named = deletions && (await tags.get(name, reference.tag, options))
        if (named) await deletions?.before(name, [{ tags: [reference.tag], digest: named }], options)
        return (await tags.delete(name, reference.tag, options)) ? { tags: [reference.tag] } : undefined
      }
      return deleteManifest(name, reference.digest, deletions, options)
    },

    drop: (name, digest, options) => deleteManifest(name, digest, undefined, options),
  }
}

const canonicalOf = (digest: Digest, content: Uint8Array) => (isCanonical(digest) ? digest : canonicalDigest(content))

/** Other bytes than its own, more of them than a manifest has, or such as are none: all of that is found by reading, and no answer of a store that is away. */
function unlessUnreadable(error: unknown): undefined {
  const isUnreadable =
    error instanceof DamagedManifest || error instanceof RangeError || (error instanceof RegistryError && error.code === 'MANIFEST_INVALID')
  if (!isUnreadable) throw error
}

/** Asked before a push: by any other answer crane and containerd end there, and nothing is mended. */
function unknown(name: Name, { tag, digest }: Reference, cause: DamagedManifest): RegistryError {
  const reason = 'its bytes are damaged in the storage; pushing it again mends it'
  const detail = { name, reference: tag ?? digest, reason }
  return new RegistryError('MANIFEST_UNKNOWN', detail, { cause, message: `manifest unknown to registry: ${reason}` })
}
