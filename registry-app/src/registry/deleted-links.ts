import { LRUCache } from 'lru-cache'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Name } from './name.ts'
import { deletedLinksPath } from './paths.ts'

/** That links of a repository's blobs were deleted, told to the processes that remember them. */
export interface DeletedLinks {
  /** To be called when they are gone, before the client is told so. Durable when it returns. */
  tell(name: Name, options?: CallOptions): Promise<void>
  /** One read. @param forget called if any were deleted since this process asked last, before anybody else hears of it */
  heed(name: Name, forget: () => void, options?: CallOptions): Promise<void>
}

/** Of how many repositories it is remembered what was told last. Of others, all is forgotten once more. */
const most = 10_000

/** @param randomName never the same twice: whoever tells something says no more than that it is new */
export function deletedLinks(driver: StorageDriver, randomName: () => string): DeletedLinks {
  const heard = new LRUCache<Name, string>({ max: most })
  return {
    tell: (name, options) => driver.put(deletedLinksPath(name), Buffer.from(randomName()), options),

    async heed(name, forget, options) {
      const content = await driver.read(deletedLinksPath(name), { ...options, limit: 256 })
      const told = Buffer.from(content ?? '').toString()
      if (told !== (heard.get(name) ?? '')) forget()
      heard.set(name, told)
    },
  }
}

/** Where nobody deletes. */
export const nothingDeleted: DeletedLinks = { tell: async () => {}, heed: async () => {} }
