import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import { manifestLimit } from './manifest-store.ts'
import type { Manifests } from './manifests.ts'
import type { Name, Tag } from './name.ts'
import { blobDataPath, revisionLinkPath } from './paths.ts'
import type { Removed } from './removed-tags.ts'
import type { Tags } from './tags.ts'

/** What is removed comes back by a push like any other: what it relies on is looked at, and rescued where garbage collection has condemned it. */
export interface PushAgain {
  /** The manifest's bytes. @throws RegistryError MANIFEST_UNKNOWN where they are gone */
  content(removed: Pick<Removed, 'name' | 'digest' | 'canonical'>, options?: CallOptions): Promise<Uint8Array>
  push(removed: Pick<Removed, 'name' | 'digest'>, content: Uint8Array, as: readonly Tag[], options?: CallOptions): Promise<void>
  /** @throws RegistryError DENIED where the tag names another manifest by now */
  refuseIfTaken(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<void>
  /** Whether it is there again, or still: by its tag, or, where it has none, by its digest. */
  isThere(removed: Pick<Removed, 'name' | 'tag' | 'digest'>, options?: CallOptions): Promise<boolean>
}

export interface PushAgainOptions {
  driver: StorageDriver
  manifests: Manifests
  tags: Tags
}

export const pushAgain = ({ driver, manifests, tags }: PushAgainOptions): PushAgain => ({
  async content({ name, digest, canonical }, options) {
    const content = await driver.read(blobDataPath(canonical), { ...options, limit: manifestLimit })
    if (!content) throw notToBeRestored(name, digest, 'its bytes are gone: the time to restore it is over')
    return content
  },

  async push({ name, digest }, content, as, options) {
    await manifests.put(name, { digest }, { content, mediaType: undefined, tags: as }, options)
  },

  async refuseIfTaken(name, tag, digest, options) {
    const current = await tags.get(name, tag, options)
    if (current === undefined || current === digest) return
    const reason = 'it was pushed anew since it was removed: restore it under another tag, or delete this one first'
    throw new RegistryError(
      'DENIED',
      { name, tag, digest: current, reason },
      { message: `tag ${tag} names another manifest by now; ${reason}` },
    )
  },

  async isThere({ name, tag, digest }, options) {
    if (tag !== undefined) return (await tags.get(name, tag, options)) === digest
    return (await driver.stat(revisionLinkPath(name, digest), options)) !== undefined
  },
})

export const notToBeRestored = (name: Name, reference: string, reason: string) =>
  new RegistryError('MANIFEST_UNKNOWN', { name, reference, reason }, { message: `${name}: ${reference} cannot be restored: ${reason}` })

/** Why it cannot be done, by what the registry refuses. What is wrong with the store is thrown: later the same may succeed. */
export async function reasonAgainst(work: Promise<unknown> | undefined): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
    const refusals = errors.filter(isRefusal)
    const [first] = refusals
    if (!first || refusals.length < errors.length) throw error
    const missing = refusals.filter(({ code }) => code === 'MANIFEST_BLOB_UNKNOWN').map(({ detail }) => Object(detail).digest)
    if (missing.length > 0) return `what it needs is gone, collected as garbage: ${missing.slice(0, mostNamed).join(', ')}`
    return Object(first.detail).reason ?? first.message
  }
}

const isRefusal = (error: unknown): error is RegistryError => error instanceof RegistryError && error.status < 500

/** Of what one manifest needs. */
const mostNamed = 3
