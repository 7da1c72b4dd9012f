import type { StorageDriver } from '../storage/driver.ts'
import { storedObjects } from './stored-objects.ts'
import { readUser, userKeys } from './user-objects.ts'
import { hashedUsers, type Users } from './users.ts'

export interface StoredUsersOptions {
  driver: StorageDriver
  /** Is told what somebody has to look after. */
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Milliseconds. */
  clock: () => number
}

/** The users that `kit user` keeps in the storage, for all replicas. */
export function storedUsers({ driver, warn, clock }: StoredUsersOptions): Users {
  const users = hashedUsers()
  let names: ReadonlyMap<string, string> = new Map()

  const fresh = storedObjects({
    what: 'the users in the storage',
    async list(signal) {
      names = await userKeys(driver, signal)
      return [...names.values()]
    },
    async read(key, signal) {
      const user = await readUser(driver, key, signal)
      if (user && user.hash === undefined) warn(`${key} is no user that this release can read; kit user add writes it anew`)
      return user
    },
    take(known) {
      const hashes = [...names].flatMap(([name, key]) => {
        const hash = known.get(key)?.hash
        return hash === undefined ? [] : [[name, hash] as const]
      })
      users.replace(new Map(hashes))
    },
    warn,
    clock,
  })

  return { ...users, fresh }
}
