import type { KeyObject } from 'node:crypto'
import type { Access } from '../access.ts'
import type { TokenVerifier } from '../bearer-gate.ts'
import { TokenRefused } from '../bearer-gate.ts'
import type { User } from '../identity.ts'
import { checkSignature } from '../jwt/check-signature.ts'
import { publicKey } from '../jwt/key-set.ts'
import { type JsonObject, type ReadToken, readToken } from '../jwt/read-token.ts'
import { periodOf, secondsIn } from '../jwt/timely.ts'
import { limitsOf } from './granted.ts'
import type { TrustedKeys } from './trusted-keys.ts'
import { verifyChain } from './verify-chain.ts'

export interface ExternalTokensOptions {
  trusted: TrustedKeys
  issuer: string
  /** The audience that tokens must be for. */
  service: string
  algorithms: readonly string[]
  /** Milliseconds since 1970. */
  now: () => number
}

/**
 * Tokens of a token server elsewhere (`auth.token`), believed as Distribution 3.1 believes them (`registry/auth/token`): signed by a key whose
 * certificate a root vouches for (`x5c`), or by a key that is trusted by name (`kid`, or the `kid` of a `jwk`, whose own key is never used).
 */
export function externalTokens({ trusted, issuer, service, algorithms, now }: ExternalTokensOptions): TokenVerifier {
  return {
    fresh: () => undefined,

    async verify(text) {
      const token = readToken(text)
      const { alg } = token.header
      if (!algorithms.includes(alg)) throw new TokenRefused('the token is signed in a way that is not accepted')
      await checkSignature(token, signingKey(token, trusted, now()), algorithms)

      const { claims } = token
      if (claims.iss !== issuer) throw new TokenRefused('the token is of another issuer')
      if (!audienceOf(claims).includes(service)) throw new TokenRefused('the token is for another service')
      const period = periodOf(claims)
      // Only read, as by Distribution, which does not compare it.
      secondsIn(claims, 'iat')
      const identity: User = { kind: 'user', name: textIn(claims, 'sub'), groups: [] }
      return { holder: () => identity, limits: limitsOf(claims.access), ...period }
    },
  }
}

function signingKey({ header: { x5c, jwk, kid } }: ReadToken, { roots, keys }: TrustedKeys, time: number): KeyObject {
  if (Array.isArray(x5c) && x5c.length > 0) return verifyChain(x5c, roots, time)
  if (jwk !== undefined && jwk !== null) return keyNamedBy(jwk, { roots, keys }, time)
  const found = typeof kid === 'string' && kid !== '' ? keys.get(kid) : undefined
  if (!found) throw new TokenRefused('the token is signed by a key that is not trusted')
  return found
}

/** A key that comes with the token (RFC 7515, section 4.1.3) is no proof of anything: it says which of the trusted ones is meant, or brings certificates. */
function keyNamedBy(jwk: unknown, { roots, keys }: TrustedKeys, time: number): KeyObject {
  const given = typeof jwk === 'object' && jwk !== null ? (jwk as JsonObject) : {}
  const embedded = publicKey(given)
  if (!embedded || 'd' in given) throw new TokenRefused('the token brings what is no public key')
  if (Array.isArray(given.x5c) && given.x5c.length > 0) {
    const certified = verifyChain(given.x5c, roots, time)
    if (!certified.equals(embedded)) throw new TokenRefused('the certificate of the token is of another key')
    return certified
  }
  const found = keys.get(typeof given.kid === 'string' ? given.kid : '')
  if (!found) throw new TokenRefused('the token is signed by a key that is not trusted')
  return found
}

export function audienceOf({ aud }: JsonObject): readonly string[] {
  if (typeof aud === 'string') return [aud]
  if (Array.isArray(aud) && aud.every(each => typeof each === 'string')) return aud
  throw new TokenRefused('the token does not say whom it is for')
}

function textIn(claims: JsonObject, name: string): string {
  const text = claims[name] ?? ''
  if (typeof text !== 'string') throw new TokenRefused(`${name} of the token is no text`)
  return text
}

/** What the token says is all that counts: whoever has one was let in by the server that made it. */
export const grantedByToken: Access = {
  may: identity => identity.kind !== 'anonymous',
  anywhere: identity => identity.kind !== 'anonymous',
  everywhere: () => false,
}
