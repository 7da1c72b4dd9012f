import { type BcryptHash, nobodysHash, usualCost } from './bcrypt-hash.ts'
import type { Checker } from './bcrypt-thread.ts'
import type { Credential } from './users.ts'

/**
 * Whether it is the user's password.
 *
 * A no takes the same time whoever was asked for: for somebody who is not there, and for a secret that could be compared at once, a hash that is
 * nobody's is checked.
 *
 * @param credential absent: there is no such user
 * @param slowest the highest cost of all users' hashes; 0: there are none
 */
export async function checkPassword(
  password: Uint8Array,
  credential: Credential | undefined,
  slowest: number,
  check: Checker,
): Promise<boolean> {
  const cost = slowest || usualCost
  if (isHash(credential)) return check({ password, hash: credential, slowest: cost })
  await check({ password, hash: nobodysHash(cost), slowest: cost })
  return credential?.matches(password) ?? false
}

const isHash = (credential: Credential | undefined): credential is BcryptHash => typeof credential === 'string'
