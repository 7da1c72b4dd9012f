import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import { type Digest, isCanonical } from './digest.ts'
import { RegistryError } from './errors.ts'
import { entriesIn } from './index-entries.ts'
import { manifestLimit } from './manifest-store.ts'
import type { Manifests } from './manifests.ts'
import type { Name, Reference, Tag } from './name.ts'
import { blobDataPath } from './paths.ts'
import { type Removed, type RemovedKey, removedTags } from './removed-tags.ts'
import { subjectOfTag } from './subject-of-tag.ts'
import type { Tags } from './tags.ts'

/** What was removed, and can be brought back. */
export interface Undo {
  /** Of one repository, or of all; the oldest first. What is there again is not among them. */
  list(name?: Name, options?: CallOptions): Promise<Removed[]>
  /**
   * Pushes what was removed once more, from the bytes that are still here: the tag, and those of its signatures; or a manifest with every tag that it lost.
   *
   * @param options `as`: under another tag
   * @returns the tags that are set
   * @throws RegistryError MANIFEST_UNKNOWN if nothing of that name can be restored, DENIED if the tag names something else by now, and whatever a push may be refused with
   */
  restore(name: Name, reference: Reference, options?: CallOptions & { as?: Tag | undefined }): Promise<Restored>
}

export interface Restored {
  readonly digest: Digest
  readonly tags: readonly Tag[]
}

export interface UndoOptions {
  driver: StorageDriver
  manifests: Manifests
  tags: Tags
}

const breadth = 16

export function undo({ driver, manifests, tags }: UndoOptions): Undo {
  const records = removedTags(driver)

  const isThere = async ({ name, tag, digest }: Removed, options?: CallOptions) =>
    tag !== undefined && (await tags.get(name, tag, options)) === digest

  /** A push like any other: what it relies on is looked at, and rescued where garbage collection has condemned it. */
  async function pushAgain({ name, digest, canonical }: Removed, as: readonly Tag[], options?: CallOptions): Promise<Uint8Array> {
    for (const tag of as) await refuseIfTaken(name, tag, digest, options)
    const content = await driver.read(blobDataPath(canonical), { ...options, limit: manifestLimit })
    if (!content) throw unknown(name, digest, 'its bytes are gone: the time to restore it is over')
    await manifests.put(name, { digest }, { content, mediaType: undefined, tags: as }, options)
    return content
  }

  async function refuseIfTaken(name: Name, tag: Tag, digest: Digest, options?: CallOptions) {
    const current = await tags.get(name, tag, options)
    if (current === undefined || current === digest) return
    const reason = 'it was pushed anew since it was removed: restore it under another tag, or delete this one first'
    throw new RegistryError(
      'DENIED',
      { name, tag, digest: current, reason },
      { message: `tag ${tag} names another manifest by now; ${reason}` },
    )
  }

  return {
    async list(name, options) {
      const found = await records.read(await Array.fromAsync(records.keys(name, options)), options)
      const there = await inParallel(found, breadth, each => isThere(each, options))
      return found.filter((_, index) => !there[index])
    },

    async restore(name, reference, { as, ...options } = {}) {
      const keys = await Array.fromAsync(records.keys(name, options))
      // Of a sha512, only the record itself says under which digest its data lies.
      const isMeant = ({ tag, canonical }: RemovedKey) =>
        reference.tag === undefined ? !isCanonical(reference.digest) || canonical === reference.digest : tag === reference.tag
      const named = await records.read(keys.filter(isMeant), options)
      const fitting = reference.tag === undefined ? named.filter(({ digest }) => digest === reference.digest) : named
      const last = fitting.at(-1)
      if (!last)
        throw unknown(name, reference.tag ?? reference.digest, 'nothing of that name was removed, or the time to restore it is over')
      const same = fitting.filter(({ digest }) => digest === last.digest)
      const wanted = as === undefined ? [...new Set(same.flatMap(({ tag }) => tag ?? []))] : [as]
      const content = await pushAgain(last, wanted, options)

      // Its signatures went with it, and those of its platforms; and come back with it.
      const subjects = new Set([last.canonical, ...entriesIn(content)])
      const isSignature = ({ tag }: RemovedKey) => {
        const subject = tag && subjectOfTag(tag)
        return subject !== undefined && subjects.has(subject)
      }
      const referring = await records.read(keys.filter(isSignature), options)
      const signatures = new Map(referring.flatMap(each => (each.tag === undefined ? [] : [[each.tag, each] as const])))
      for (const [tag, each] of signatures) await pushAgain(each, [tag], options)
      // Under another tag than those that it had, they are still to be had.
      const done = as !== undefined && reference.tag === undefined ? referring : [...same, ...referring]
      await records.forget(
        done.map(({ key }) => key),
        options,
      )
      return { digest: last.digest, tags: [...wanted, ...signatures.keys()] }
    },
  }
}

const unknown = (name: Name, reference: string, reason: string) =>
  new RegistryError('MANIFEST_UNKNOWN', { name, reference, reason }, { message: `${name}: ${reference} cannot be restored: ${reason}` })
