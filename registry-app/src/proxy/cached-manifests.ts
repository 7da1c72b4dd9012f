import { LRUCache } from 'lru-cache'
import type { Digest } from '../registry/digest.ts'
import { RegistryError } from '../registry/errors.ts'
import { parseManifest } from '../registry/manifest-content.ts'
import { refuseDepth, refuseReferences } from '../registry/manifest-limits.ts'
import { manifestLimit, type StoredManifest } from '../registry/manifest-store.ts'
import type { Manifests } from '../registry/manifests.ts'
import type { Name, Tag } from '../registry/name.ts'
import type { CallOptions } from '../storage/driver.ts'
import { manifestSource } from './manifest-source.ts'
import type { Marks } from './marks.ts'
import { refuse } from './refuse.ts'
import { sharedWork } from './shared-work.ts'
import { untilSettled } from './until-settled.ts'
import type { Place } from './upstream.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { clientError, servesStale, UpstreamError } from './upstream-error.ts'
import type { Watcher } from './watcher.ts'

export interface CachedManifestsOptions {
  readonly manifests: Manifests
  readonly placeOf: (name: Name) => Place<UpstreamClient> | undefined
  readonly watcher: Watcher
  readonly marks: Marks
  /** `proxy.revalidate`: milliseconds for which what a tag names is believed. */
  readonly believedFor: number
  /** Nothing may be stored: what the upstream gives is passed on. */
  readonly readOnly: boolean
  /** Told of each repository in which one was kept. */
  readonly kept?: ((name: Name) => void) | undefined
  readonly now: () => Date
}

/** Tags of which it is remembered when the upstream was asked. */
const most = 10_000
/** Manifests of one upstream that wait to be fetched. Who asked for one may have left. */
const mostWaiting = 1000

type Found = { readonly manifest: StoredManifest; readonly outcome: 'miss' | 'hit' }

/** Manifests, of which those of an upstream's repositories are fetched, checked, and then kept. Nothing is pushed there. */
export function cachedManifests(options: CachedManifestsOptions): Manifests {
  const { manifests, placeOf, watcher, marks, believedFor, readOnly, kept, now } = options
  const asked = new LRUCache<string, number>({ max: most })
  const shared = sharedWork<Found>()
  type At = { readonly place: Place<UpstreamClient>; readonly name: Name }

  /** From the upstream, and kept under the tag if it was asked for by one. */
  async function fetch({ place, name }: At, reference: Tag | Digest, tag: Tag | undefined): Promise<Found> {
    const { memory, label } = place.upstream
    if (memory.waiting >= mostWaiting) throw new UpstreamError('away', `${label} has more asked of it than it answers`)
    await memory.enter(manifestLimit)
    try {
      const { digest, content } = await manifestSource(place).fetch(reference)
      return { manifest: await keep({ place, name }, digest, content, tag), outcome: 'miss' }
    } finally {
      memory.leave(manifestLimit)
    }
  }

  async function keep({ place, name }: At, digest: Digest, content: Uint8Array, tag: Tag | undefined): Promise<StoredManifest> {
    const pushed = { content, mediaType: undefined, tags: tag === undefined ? [] : [tag] }
    const { mediaType } = await (readOnly ? examined(content) : manifests.keep(name, digest, pushed)).catch(error => {
      if (!(error instanceof RegistryError) || error.code !== 'MANIFEST_INVALID') throw error
      const { label } = place.upstream
      throw new UpstreamError('wrong', `${label} gives what is no manifest for ${name}@${digest}: ${JSON.stringify(error.detail)}`)
    })
    if (!readOnly) {
      marks.used(name, digest)
      kept?.(name)
    }
    return { digest, mediaType, content, blobs: [] }
  }

  /** Asks what the tag names now, and fetches that only if it is not here. */
  async function revalidate(at: At, tag: Tag, local: StoredManifest | undefined): Promise<Found> {
    const digest = await manifestSource(at.place).digestOf(tag)
    if (digest === undefined) return fetch(at, tag, tag)
    if (digest === local?.digest) return { manifest: local, outcome: 'hit' }
    const known = await manifests.get(at.name, { digest })
    if (!known) return fetch(at, digest, tag)
    await keep(at, digest, known.content, tag)
    return { manifest: known, outcome: 'hit' }
  }

  async function byTag(at: At, tag: Tag, call?: CallOptions): Promise<StoredManifest | undefined> {
    const { place, name } = at
    const { label } = place.upstream
    const key = `${name}:${tag}`
    const isFresh = () => now().getTime() - (asked.get(key) ?? Number.NEGATIVE_INFINITY) < believedFor
    // Somebody else may have had it fetched since it was looked for.
    const local = (await manifests.get(name, { tag }, call)) ?? (isFresh() ? await manifests.get(name, { tag }, call) : undefined)
    const answer = (outcome: 'hit' | 'miss' | 'stale', manifest: StoredManifest) => {
      watcher.answered(label, 'tag', outcome)
      if (!readOnly) marks.used(name, manifest.digest)
      return manifest
    }
    if (local && isFresh()) return answer('hit', local)
    try {
      const began = now().getTime()
      const { manifest, outcome } = await untilSettled(
        shared(key, () => revalidate(at, tag, local)),
        call?.signal,
      )
      asked.set(key, began)
      return answer(outcome, manifest)
    } catch (error) {
      if (local && (servesStale(error) || isImmutable(error))) return answer('stale', local)
      throw error
    }
  }

  async function byDigest(at: At, digest: Digest, call?: CallOptions): Promise<StoredManifest | undefined> {
    const { place, name } = at
    const local = await manifests.get(name, { digest }, call)
    watcher.answered(place.upstream.label, 'manifest', local ? 'hit' : 'miss')
    if (local) {
      if (!readOnly) marks.used(name, digest)
      return local
    }
    const { manifest } = await untilSettled(
      shared(`${name}@${digest}`, () => fetch(at, digest, undefined)),
      call?.signal,
    )
    return manifest
  }

  return {
    ...manifests,

    async get(name, reference, call) {
      const place = placeOf(name)
      if (!place) return manifests.get(name, reference, call)
      try {
        const at = { place, name }
        return await (reference.tag === undefined ? byDigest(at, reference.digest, call) : byTag(at, reference.tag, call))
      } catch (error) {
        throw clientError(error, 'MANIFEST_UNKNOWN', { name, reference: reference.tag ?? reference.digest })
      }
    },

    async put(name, reference, pushed, call) {
      refuse(placeOf(name), name)
      return manifests.put(name, reference, pushed, call)
    },

    async delete(name, reference, call) {
      refuse(placeOf(name), name)
      return manifests.delete(name, reference, call)
    },
  }
}

/** What `keep` refuses, this does. */
async function examined(content: Uint8Array): Promise<{ mediaType: string }> {
  refuseDepth(content)
  const manifest = parseManifest(content, undefined)
  refuseReferences(manifest)
  return manifest
}

/** A tag that is immutable here names the same manifest for ever, whatever the upstream makes of it. */
const isImmutable = (error: unknown) => error instanceof RegistryError && error.code === 'DENIED'
