import { type BcryptHash, costOf } from './bcrypt-hash.ts'
import { freshAll } from './sign-in.ts'

/** What proves a password: the same one, by `===`, as long as nobody has changed it. */
export type Credential = BcryptHash | PlainSecret

/** A password that is known as it is. */
export interface PlainSecret {
  matches(password: Uint8Array): boolean
  /** Changes with the password, and tells nothing of it to whoever has not the key. */
  markBy(key: Uint8Array): string
}

/** Who there is. */
export interface Users {
  /** To be called before the rest: a promise where what is known is too old to be used. It rejects where nothing is known yet, and cannot be. */
  fresh(): Promise<void> | undefined
  find(name: string): Credential | undefined
  /** The highest cost of all their hashes; 0: there are none. */
  slowest(): number
  /** How many there are. */
  count(): number
}

/** All of them; of a name that several have, the first counts. */
export function joinedUsers(sources: readonly Users[]): Users {
  return {
    fresh: freshAll(sources),
    find(name) {
      for (const source of sources) {
        const found = source.find(name)
        if (found !== undefined) return found
      }
      return undefined
    },
    slowest: () => Math.max(0, ...sources.map(source => source.slowest())),
    count: () => sources.reduce((sum, source) => sum + source.count(), 0),
  }
}

/** Those of one place, by their hashes, which are replaced whole. */
export function hashedUsers(): Omit<Users, 'fresh'> & { replace(hashes: ReadonlyMap<string, BcryptHash>): void } {
  let known: ReadonlyMap<string, BcryptHash> = new Map()
  let slowest = 0
  return {
    replace(hashes) {
      known = hashes
      slowest = 0
      for (const hash of hashes.values()) slowest = Math.max(slowest, costOf(hash))
    },
    find: name => known.get(name),
    slowest: () => slowest,
    count: () => known.size,
  }
}
