import type { BcryptHash } from '../../registry-app/src/auth/bcrypt-hash.ts'

/** Where users are kept. */
export interface UserStore {
  /** In the order of their names. */
  list(): Promise<readonly string[]>
  /** Adds a user, or gives another password to one. @returns whether he was there before */
  put(name: string, hash: BcryptHash): Promise<boolean>
  /** @returns whether he was there */
  remove(name: string): Promise<boolean>
  /** When a registry knows of a change, to follow "known". */
  readonly known: string
}
