import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions } from '../storage/driver.ts'
import { type Digest, isCanonical } from './digest.ts'
import { subjectOfTag } from './fallback-tag.ts'
import { entriesIn, subjectIn } from './index-entries.ts'
import type { Name, Reference, Tag } from './name.ts'
import { notToBeRestored, type PushAgainOptions, pushAgain, reasonAgainst } from './push-again.ts'
import { type Removed, type RemovedKey, removedTags } from './removed-tags.ts'
import { type RestoredRepository, restoreRepository } from './restore-repository.ts'

/** What was removed, and can be brought back. */
export interface Undo {
  /** Of one repository, or of all; the oldest first. What is there again is not among them. */
  list(name?: Name, options?: CallOptions): Promise<Removed[]>
  /**
   * Pushes what was removed once more, from the bytes that are still here: the tag, and those of its signatures; or a manifest with every tag that it lost. What was
   * deleted along with the manifest comes with it: the platforms of an index, and what is attached.
   *
   * @param options `as`: under another tag
   * @throws RegistryError MANIFEST_UNKNOWN if nothing of that name can be restored, DENIED if the tag names something else by now, and whatever a push may be refused with
   */
  restore(name: Name, reference: Reference, options?: CallOptions & { as?: Tag | undefined }): Promise<Restored>
  /**
   * The same of all that went with a repository as a whole. What cannot come back is left out, and said; who calls again goes on where somebody stopped.
   *
   * @throws RegistryError NAME_UNKNOWN if no such repository can be restored
   */
  restoreRepository(name: Name, options?: CallOptions): Promise<RestoredRepository>
}

export interface Restored {
  readonly digest: Digest
  /** Those that are set. */
  readonly tags: readonly Tag[]
  /** Manifests that came with it, and have no tag. */
  readonly others: readonly Digest[]
}

const breadth = 16
/** Among so many manifests without a tag it is looked for what is attached: each is read. Those that were deleted last come first. */
const mostAttached = 200

export function undo(options: PushAgainOptions): Undo {
  const { driver } = options
  const records = removedTags(driver)
  const again = pushAgain(options)

  /** Platforms that were deleted with their index, and what those need in turn. @returns whose records are done with */
  async function bringEntries(content: Uint8Array, keys: readonly RemovedKey[], call?: CallOptions): Promise<Removed[]> {
    const entries = new Set(entriesIn(content))
    const lost = await records.read(
      keys.filter(({ tag, canonical }) => tag === undefined && entries.has(canonical)),
      call,
    )
    const brought: Removed[] = []
    for (const each of lost) {
      if (await again.isThere(each, call)) continue
      const own = await again.content(each, call)
      brought.push(...(await bringEntries(own, keys, call)))
      await again.push(each, own, [], call)
      brought.push(each)
    }
    return brought
  }

  /** What was attached to these, and went with them: not what somebody had taken from them before. */
  async function bringAttached(since: number, subjects: Set<Digest>, keys: readonly RemovedKey[], call?: CallOptions): Promise<Removed[]> {
    const newest = keys
      .filter(({ tag, until, canonical }) => tag === undefined && until >= since && !subjects.has(canonical))
      .toSorted((a, b) => b.until - a.until)
      .slice(0, mostAttached)
    const left = new Map<Removed, Digest>()
    await inParallel(await records.read(newest, call), breadth, async each => {
      const note = (content: Uint8Array) => {
        const subject = subjectIn(content)
        if (subject) left.set(each, subject)
      }
      // One whose bytes are gone is attached to nothing.
      await reasonAgainst(again.content(each, call).then(note))
    })
    const brought: Removed[] = []
    for (;;) {
      const next = [...left].find(([, subject]) => subjects.has(subject))?.[0]
      if (!next) return brought
      left.delete(next)
      // What cannot come back is no reason against the image: it stays on the list.
      const reason = await reasonAgainst(again.content(next, call).then(content => again.push(next, content, [], call)))
      if (reason !== undefined) continue
      subjects.add(next.digest)
      brought.push(next)
    }
  }

  return {
    async list(name, call) {
      const found = await records.read(await Array.fromAsync(records.keys(name, call)), call)
      const there = await inParallel(found, breadth, each => again.isThere(each, call))
      return found.filter((_, index) => !there[index])
    },

    async restore(name, reference, { as, ...call } = {}) {
      const keys = await Array.fromAsync(records.keys(name, call))
      // Of a sha512, only the record itself says under which digest its data lies.
      const isMeant = ({ tag, canonical }: RemovedKey) =>
        reference.tag === undefined ? !isCanonical(reference.digest) || canonical === reference.digest : tag === reference.tag
      const named = await records.read(keys.filter(isMeant), call)
      const fitting = reference.tag === undefined ? named.filter(({ digest }) => digest === reference.digest) : named
      const last = fitting.at(-1)
      if (!last)
        throw notToBeRestored(
          name,
          reference.tag ?? reference.digest,
          'nothing of that name was removed, or the time to restore it is over',
        )
      const { digest } = last
      const same = fitting.filter(each => each.digest === digest)
      const wanted = as === undefined ? [...new Set(same.flatMap(({ tag }) => tag ?? []))] : [as]
      for (const tag of wanted) await again.refuseIfTaken(name, tag, digest, call)
      const content = await again.content(last, call)
      const isHere = await again.isThere({ ...last, tag: undefined }, call)
      const entries = await bringEntries(content, keys, call)
      await again.push(last, content, wanted, call)

      // Its signatures went with it, and those of its platforms; and come back with it.
      const subjects = new Set([last.canonical, digest, ...entriesIn(content)])
      const isSignature = ({ tag }: RemovedKey) => {
        const subject = tag && subjectOfTag(tag)
        return subject !== undefined && subjects.has(subject)
      }
      const referring = await records.read(keys.filter(isSignature), call)
      const signatures = new Map(referring.flatMap(each => (each.tag === undefined ? [] : [[each.tag, each] as const])))
      for (const [tag, each] of signatures) {
        await again.refuseIfTaken(name, tag, each.digest, call)
        await again.push(each, await again.content(each, call), [tag], call)
      }
      const attached = isHere ? [] : await bringAttached(last.until, subjects, keys, call)
      // Under another tag than those that it had, they are still to be had.
      const own = as !== undefined && reference.tag === undefined ? [] : same
      const others = [...entries, ...attached]
      await records.forget(
        [...own, ...referring, ...others].map(({ key }) => key),
        call,
      )
      return { digest, tags: [...wanted, ...signatures.keys()], others: [...new Set(others.map(each => each.digest))] }
    },

    restoreRepository: (name, call) => restoreRepository({ records, again, name }, call),
  }
}
