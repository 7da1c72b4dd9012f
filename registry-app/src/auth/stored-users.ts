import { inParallel } from '../concurrency/in-parallel.ts'
import { keptFresh } from '../concurrency/kept-fresh.ts'
import { RegistryError } from '../registry/errors.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { BcryptHash } from './bcrypt-hash.ts'
import { readUser, userKeys } from './user-objects.ts'
import { hashedUsers, type Users } from './users.ts'

export interface StoredUsersOptions {
  driver: StorageDriver
  /** Is told what somebody has to look after. */
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Milliseconds. */
  clock: () => number
}

/** Listed so often while somebody signs in: with what a list may take, a change is known everywhere within 30 s. Milliseconds. */
const every = 20_000
const atMost = 25_000
const patience = 5000

/**
 * The users that `kit user` keeps in the storage, for all replicas. One list, and a read of each that is new. While the storage is away, those who
 * were known stay.
 */
export function storedUsers({ driver, warn, clock }: StoredUsersOptions): Users {
  const users = hashedUsers()
  /** By their objects' keys, which change with them. */
  let known = new Map<string, BcryptHash | undefined>()
  let silent = false

  async function look(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(patience)
      const keys = await userKeys(driver, signal)
      const listed = new Set(keys.values())
      const missing = [...keys.values()].filter(key => !known.has(key))
      const read = await inParallel(missing, 8, async key => ({ key, user: await readUser(driver, key, signal) }))
      for (const { key, user } of read) {
        if (user && user.hash === undefined) warn(`${key} is no user that this release can read; kit user add writes it anew`)
      }
      // What is gone since it was listed is another password's by now: the next look finds that.
      const found = new Map([...known, ...read.flatMap(({ key, user }) => (user ? [[key, user.hash] as const] : []))])
      known = new Map([...found].filter(([key]) => listed.has(key)))
      users.replace(new Map([...keys].flatMap(([name, key]) => pairOf(name, known.get(key)))))
      silent = false
    } catch (error) {
      if (!silent) warn('the users in the storage cannot be read; those who were known stay', { error })
      silent = true
      throw new RegistryError('UNAVAILABLE', { reason: 'the users in the storage cannot be read' }, { cause: error })
    }
  }

  return { ...users, fresh: keptFresh({ look, every, atMost, clock }) }
}

const pairOf = (name: string, hash: BcryptHash | undefined): [string, BcryptHash][] => (hash === undefined ? [] : [[name, hash]])
