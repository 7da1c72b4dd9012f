import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import { entriesIn } from './index-entries.ts'
import type { Name, Tag } from './name.ts'
import { type PushAgain, reasonAgainst } from './push-again.ts'
import type { Removed, RemovedTags } from './removed-tags.ts'

export interface RestoredRepository {
  readonly manifests: readonly { readonly digest: Digest; readonly tags: readonly Tag[] }[]
  readonly failed: readonly NotRestored[]
}

/** A manifest that stays away, or a tag of one that is there again. */
export interface NotRestored {
  readonly digest: Digest
  readonly tags: readonly Tag[]
  readonly reason: string
}

export interface RestoreRepositoryOptions {
  records: RemovedTags
  again: PushAgain
  name: Name
}

/** Manifests at once: each may have 4 MiB. */
const breadth = 8

/** Brings back all that went with a repository: of a tag that went with it twice, what it named last. */
export async function restoreRepository(
  { records, again, name }: RestoreRepositoryOptions,
  options?: CallOptions,
): Promise<RestoredRepository> {
  const keys = await Array.fromAsync(records.keys(name, options))
  const found = await records.read(
    keys.filter(({ whole }) => whole),
    options,
  )
  if (found.length === 0) {
    const reason = 'it was not deleted as a whole, or the time to restore it is over'
    throw new RegistryError('NAME_UNKNOWN', { name, reason }, { message: `${name} cannot be restored: ${reason}` })
  }
  const newest = new Map(found.map(each => [each.tag ?? each.digest, each]))
  const wanted = Map.groupBy(
    found.filter(each => newest.get(each.tag ?? each.digest) === each),
    ({ digest }) => digest,
  )
  const done: Removed[] = []
  const failed: NotRestored[] = []

  async function bring(lost: readonly Removed[]): Promise<Brought> {
    const [first] = lost as readonly [Removed]
    const { digest } = first
    const content = await again.content(first, options)
    // What it needs goes first. Whether that could be done, its own push will tell.
    for (const entry of entriesIn(content)) await begun(entry)?.catch(() => {})
    const taken: NotRestored[] = []
    const free: Removed[] = []
    for (const each of lost) {
      const { tag } = each
      const reason = tag && (await reasonAgainst(again.refuseIfTaken(name, tag, digest, options)))
      if (tag && reason) taken.push({ digest, tags: [tag], reason })
      else free.push(each)
    }
    const tags = free.flatMap(({ tag }) => tag ?? [])
    await again.push(first, content, tags, options)
    done.push(...free)
    failed.push(...taken)
    return { digest, tags }
  }

  const underWay = new Map<Digest, Promise<Brought>>()
  function begun(digest: Digest): Promise<Brought> | undefined {
    const lost = wanted.get(digest)
    const running = underWay.get(digest) ?? (lost && bring(lost))
    if (running) underWay.set(digest, running)
    return running
  }

  try {
    const manifests = await inParallel([...wanted], breadth, async ([digest, lost]) => {
      const brought = begun(digest)
      const reason = await reasonAgainst(brought)
      if (reason === undefined) return brought
      failed.push({ digest, tags: lost.flatMap(({ tag }) => tag ?? []), reason })
      return undefined
    })
    return { manifests: manifests.filter(each => each !== undefined), failed }
  } finally {
    await records.forget(
      done.map(({ key }) => key),
      options,
    )
  }
}

interface Brought {
  readonly digest: Digest
  readonly tags: readonly Tag[]
}
