import type { KeyObject } from 'node:crypto'
import { TokenRefused } from '../bearer-gate.ts'
import type { ReadToken } from './read-token.ts'

/**
 * The ways of signing that two parties can use who share no secret. None of the others is ever tried: `none`, and those by a shared secret (HS256 and
 * such), for which a public key, which everybody has, could be taken.
 */
export const publicKeyAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

/** Checks that whoever has the other half of this key has signed it. @throws TokenRefused */
export async function checkSignature({ text }: ReadToken, key: KeyObject, algorithms: readonly string[]): Promise<void> {
  // Only where tokens of others are believed.
  const { compactVerify } = await import('jose')
  const allowed = algorithms.filter(each => publicKeyAlgorithms.some(known => known === each))
  try {
    await compactVerify(text, key, { algorithms: allowed })
  } catch (cause) {
    throw new TokenRefused('the signature of the token is not right', { cause })
  }
}
