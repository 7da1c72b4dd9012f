import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import { type Digest, isCanonical } from './digest.ts'
import type { Name, Tag } from './name.ts'
import { byClient, removedTags } from './removed-tags.ts'

/** Says what a client is about to delete, so that it can be restored (`policy.undo.deletions`). */
export interface DeletionRecords {
  /** @param doomed of one deletion; all of its records end in the same moment */
  before(name: Name, doomed: readonly Doomed[], options?: CallOptions & Deleting & { whole?: boolean }): Promise<void>
}

export interface Doomed {
  /** Those that go; none where the manifest has none. */
  readonly tags: readonly Tag[]
  /** As they name it. */
  readonly digest: Digest
}

/** Of whoever deletes, what is kept beside that. */
export interface Deleting {
  /** His name, where he had to say who he is. */
  readonly by?: string | undefined
}

export interface DeletionRecordsOptions {
  driver: StorageDriver
  /** Milliseconds. */
  grace: number
  randomName: () => string
  /** Under which digest its data lies. */
  find: (name: Name, digest: Digest, options?: CallOptions) => Promise<Digest | undefined>
}

const breadth = 16

export function deletionRecords({ driver, grace, randomName, find }: DeletionRecordsOptions): DeletionRecords {
  const records = removedTags(driver)
  return {
    async before(name, doomed, { by, whole = false, ...options } = {}) {
      const { latest } = await driver.time(options)
      const deletion = { name, until: latest + grace, removed: latest, reason: byClient, by, whole }
      await inParallel(doomed, breadth, async ({ tags, digest }) => {
        const canonical = isCanonical(digest) ? digest : await find(name, digest, options)
        // A tag that names nothing that is here.
        if (!canonical) return
        for (const tag of tags.length > 0 ? tags : [undefined])
          await records.record({ ...deletion, canonical, digest, tag }, randomName(), options)
      })
    },
  }
}
