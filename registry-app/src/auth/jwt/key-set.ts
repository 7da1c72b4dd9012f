import { createPublicKey, type KeyObject } from 'node:crypto'
import type { JsonObject } from './read-token.ts'

/** A key of a set of keys (RFC 7517, section 5). */
export interface SetKey {
  /** Empty: it has none. */
  readonly kid: string
  readonly key: KeyObject
  /** The one way of signing that it is for; absent: any that it fits. */
  readonly alg: string | undefined
}

/** More are passed over: an issuer has two or three. */
const mostKeys = 100

/**
 * The public keys of a set that signatures can be checked with. What else is in it is passed over, as the standard wants: keys of other kinds, for
 * encryption, shared secrets, and what is no key at all.
 *
 * @returns `undefined` if that is no set of keys
 */
export function keysOf(set: unknown): readonly SetKey[] | undefined {
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) return undefined
  return set.keys.slice(0, mostKeys).flatMap(jwk => {
    if (typeof jwk !== 'object' || jwk === null) return []
    const { kid = '', use = 'sig', alg } = jwk as JsonObject
    const key = publicKey(jwk as JsonObject)
    if (!key || typeof kid !== 'string' || use !== 'sig') return []
    return [{ kid, key, alg: typeof alg === 'string' ? alg : undefined }]
  })
}

/** Below this, the signatures of an RSA key are no proof (RFC 7518, section 3.3). Bits. */
const shortestModulus = 2048

/** @returns `undefined` if that is none, or a shared secret; of a private key, the public half */
export function publicKey(jwk: JsonObject): KeyObject | undefined {
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC' && !(jwk.kty === 'OKP' && jwk.crv === 'Ed25519')) return undefined
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    return isStrong(key) ? key : undefined
  } catch {
    // Also what is no point on its curve.
    return undefined
  }
}

/** Whether signatures by that key prove anything. */
export function isStrong(key: KeyObject): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0, namedCurve = '' } = {} } = key
  if (type === 'rsa') return modulusLength >= shortestModulus
  return type === 'ed25519' || (type === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve))
}
