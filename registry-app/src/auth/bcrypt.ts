import { bcrypt, bcryptVerify } from 'hash-wasm'
import { type BcryptHash, costOf, longestPassword, nobodysHash, usualCost } from './bcrypt-hash.ts'

/** Makes the hash of a new password. @param salt 16 random bytes @throws RangeError if the password is empty, or too long for bcrypt */
export async function hashPassword(password: Uint8Array, salt: Uint8Array): Promise<BcryptHash> {
  if (password.length === 0) throw new RangeError('a password must not be empty')
  if (password.length > longestPassword) throw new RangeError(`a password has at most ${longestPassword} bytes`)
  return bcrypt({ password, salt, costFactor: usualCost, outputType: 'encoded' })
}

/**
 * Whether this is the password. It computes for tens of milliseconds, and blocks its thread.
 *
 * @param slowest a no takes as long as one for a hash of this cost would, so that the time does not tell whose hash it was
 */
export async function matches(password: Uint8Array, hash: BcryptHash, slowest: number): Promise<boolean> {
  const looked = password.subarray(0, longestPassword)
  if (await bcryptVerify({ password: looked, hash })) return true
  // Each step of the cost doubles the time: those from here to the slowest take the difference, all together.
  for (let cost = costOf(hash); cost < slowest; cost += 1) await bcryptVerify({ password: looked, hash: nobodysHash(cost) })
  return false
}
