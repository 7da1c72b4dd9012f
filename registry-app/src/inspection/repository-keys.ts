import { readKey } from '../collection/read-key.ts'
import type { Digest } from '../registry/digest.ts'
import type { Name, Tag } from '../registry/name.ts'
import { repositoriesPath, repositoryPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** What one repository has, by the keys of its links. */
export interface RepositoryKeys {
  readonly name: Name
  /** As they were pushed: of what was pushed under sha512 both. */
  readonly layers: Set<Digest>
  readonly revisions: Set<Digest>
  readonly tags: Set<Tag>
}

/** One repository, or all of them, by one listing; the keys of each are in memory while it is looked at. */
export async function* repositoryKeys(driver: StorageDriver, only: Name | undefined, signal?: AbortSignal): AsyncGenerator<RepositoryKeys> {
  let current: RepositoryKeys | undefined
  // The keys of a repository come one after the other: those below its name, but for the names below it, begin with `_`.
  for await (const { objects } of driver.list(only === undefined ? repositoriesPath : `${repositoryPath(only)}_`, { signal })) {
    for (const { key } of objects) {
      const found = readKey(key)
      if (!found) continue
      if (found.name !== current?.name) {
        if (current) yield current
        current = { name: found.name, layers: new Set(), revisions: new Set(), tags: new Set() }
      }
      if (found.kind === 'layer') current.layers.add(found.digest)
      else if (found.kind === 'revision') current.revisions.add(found.digest)
      else if (found.kind === 'tag') current.tags.add(found.tag)
    }
  }
  if (current) yield current
}
