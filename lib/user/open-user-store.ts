import { openStorageOf, type StoragePlace, type StorageSurroundings } from '../storage/open-storage-of.ts'
import { UsageError } from '../usage-error.ts'
import { htpasswdStore } from './htpasswd-store.ts'
import { storageStore } from './storage-store.ts'
import type { UserStore } from './user-store.ts'

/** Where the users are, as the command line says it. */
export interface UserPlace extends StoragePlace {
  file?: string
}

export type UserSurroundings = StorageSurroundings

/** @throws UsageError where the command line does not lead to a place that can be reached from here, ConfigError */
export async function openUserStore({ file, ...place }: UserPlace, surroundings: UserSurroundings): Promise<UserStore> {
  if ([file, place.config, place.environment].filter(each => each !== undefined).length !== 1) {
    throw new UsageError('say where the users are, in one way: --file HTPASSWD, --config CONFIG.YML or --environment NAME')
  }
  if (file !== undefined) return htpasswdStore(file)
  return storageStore(await openStorageOf(place, 'users', surroundings), () => new Date())
}
