import { randomUUID } from 'node:crypto'
import { deleteUser, isStorableName, storableNames, userKeys, writeUser } from '../../registry-app/src/auth/user-objects.ts'
import type { StorageDriver } from '../../registry-app/src/storage/driver.ts'
import { UsageError } from '../usage-error.ts'
import type { UserStore } from './user-store.ts'

/** The users whom all replicas of a registry share, in its storage. */
export function storageStore(driver: StorageDriver, now: () => Date): UserStore {
  return {
    known: 'to all replicas within 30 seconds',
    list: async () => [...(await userKeys(driver)).keys()].toSorted(),
    put(name, hash) {
      if (!isStorableName(name)) throw new UsageError(`a name in the storage has ${storableNames}`)
      // In the order of time, and none twice.
      return writeUser(driver, name, hash, `${now().toISOString().replaceAll(/\W/g, '')}-${randomUUID().slice(0, 8)}`)
    },
    remove: async name => isStorableName(name) && deleteUser(driver, name),
  }
}
