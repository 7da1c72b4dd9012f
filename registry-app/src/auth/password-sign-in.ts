import { createHmac } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Turns } from '../concurrency/turns.ts'
import type { Checker } from './bcrypt-thread.ts'
import { checkPassword } from './check-password.ts'
import type { User } from './identity.ts'
import { TooManySignIns } from './refusals.ts'
import { type SignIn, WrongCredentials } from './sign-in.ts'
import type { Credential, Users } from './users.ts'

export interface PasswordSignInOptions {
  users: Users
  /** Those that a user is in. */
  groupsOf: (name: string) => readonly string[]
  check: Checker
  turns: Turns
  /** Makes marks: the same in each process that takes the same tokens. */
  markKey: Uint8Array
  /** Is told who was turned away; the name only of somebody who is there, since a password is easily typed in its place. */
  refused: (why: 'wrong password' | 'unknown user' | 'too many sign-ins', name: string | undefined, address: string | undefined) => void
}

interface Identified {
  readonly credential: Credential
  readonly identity: User
  readonly mark: string
}

/** Of so many users. */
const most = 10_000

/** The users, by their passwords. It recognises whatever is left. */
export function passwordSignIn({ users, groupsOf, check, turns, markKey, refused }: PasswordSignInOptions): SignIn {
  /** One object for each, as long as his password is the same. */
  const identities = new LRUCache<string, Identified>({ maxSize: most, sizeCalculation: () => 1 })

  function identified(name: string, credential: Credential): Identified {
    const found = identities.get(name)
    if (found?.credential === credential) return found
    const identity: User = { kind: 'user', name, groups: groupsOf(name) }
    const made = { credential, identity, mark: markOf(credential, markKey) }
    identities.set(name, made)
    return made
  }

  return {
    fresh: users.fresh,
    recognises: () => true,

    async prove({ name, password }, { address, known }) {
      const credential = users.find(name)
      const nameOfUser = credential === undefined ? undefined : name
      const right = turns.take(address ?? '', known, () => checkPassword(password, credential, users.slowest(), check))
      if (!right) {
        refused('too many sign-ins', nameOfUser, address)
        throw new TooManySignIns()
      }
      // Taken away or changed meanwhile counts as wrong.
      if (!(await right) || credential === undefined || users.find(name) !== credential) {
        refused(nameOfUser === undefined ? 'unknown user' : 'wrong password', nameOfUser, address)
        throw new WrongCredentials()
      }
      const { identity, mark } = identified(name, credential)
      return { identity, mark, holds: () => users.find(name) === credential }
    },

    recall({ kind, name, mark }) {
      const credential = kind === 'user' ? users.find(name) : undefined
      if (credential === undefined) return undefined
      const found = identified(name, credential)
      return found.mark === mark ? found.identity : undefined
    },
  }
}

/** Of so many bits that none is found by trying, and so short that it fits a token. */
const markOf = (credential: Credential, key: Uint8Array) =>
  (typeof credential === 'string' ? createHmac('sha256', key).update(credential).digest('base64url') : credential.markBy(key)).slice(0, 16)
