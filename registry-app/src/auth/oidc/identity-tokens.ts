import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { RegistryError } from '../../registry/errors.ts'
import { TokenRefused } from '../bearer-gate.ts'
import type { Claimant } from '../identity.ts'
import { checkSignature, publicKeyAlgorithms } from '../jwt/check-signature.ts'
import { looksLikeToken, type ReadToken, readToken } from '../jwt/read-token.ts'
import { leeway, type Period, periodOf, secondsIn } from '../jwt/timely.ts'
import { type Proven, type SignIn, WrongCredentials } from '../sign-in.ts'
import { audienceOf } from '../token/external-tokens.ts'
import { compileClaimPattern } from './claim-pattern.ts'
import type { Fetch } from './fetch-json.ts'
import { IssuerAway, type IssuerKeys, issuerKeys } from './issuer-keys.ts'

/** Whose identity tokens are accepted, and what they must say (`auth.oidc`). */
export interface AcceptedIdentity {
  /** By which rules call it: `claim:NAME`. */
  readonly name: string
  readonly issuer: string
  readonly audience: string
  /** By the claim's name: what it must be, or one of several. */
  readonly claims: Readonly<Record<string, readonly string[]>>
  readonly jwksuri?: string | undefined
}

export interface IdentityTokensOptions {
  accepted: readonly AcceptedIdentity[]
  fetch: Fetch
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Is told who was turned away. */
  refused: (why: string, address: string | undefined) => void
  /** A clock for durations, in milliseconds. */
  clock: () => number
  /** Milliseconds since 1970. */
  now: () => number
}

/** Different subjects that are remembered as one object each. */
const mostSubjects = 10_000
/** What a log can bear, and any issuer keeps to. Bytes. */
const longestSubject = 512

/**
 * Identity tokens of a continuous integration (OpenID Connect), sent in place of the password: nothing secret has to be stored there. Whoever brings one
 * is known by the names of the entries that it fits.
 */
export function identityTokens({ accepted, fetch, warn, refused, clock, now }: IdentityTokensOptions): SignIn {
  const entries = accepted.map(entry => {
    const patterns = Object.entries(entry.claims).map(([claim, texts]) => ({ claim, fits: compileClaimPattern(texts) }))
    return { ...entry, patterns, mark: hash('sha256', JSON.stringify(entry), 'base64url') }
  })
  const issuers = new Map<string, IssuerKeys>()
  for (const { issuer, jwksuri } of accepted) {
    if (!issuers.has(issuer)) issuers.set(issuer, issuerKeys({ issuer, jwksUri: jwksuri, fetch, warn, clock }))
  }
  const claimants = new LRUCache<string, Claimant>({ maxSize: mostSubjects, sizeCalculation: () => 1 })

  /** The same object for the same answer: what rules say of it is remembered with it. */
  function claimant(name: string, claims: readonly string[]): Claimant {
    const key = JSON.stringify([name, claims])
    const found = claimants.get(key) ?? { kind: 'claims', name, claims }
    claimants.set(key, found)
    return found
  }

  /** Of what the entries say: with another configuration, a token of ours that came of one ends. */
  const markOf = (names: readonly string[]) =>
    hash('sha256', entries.flatMap(({ name, mark }) => (names.includes(name) ? [mark] : [])).join(' '), 'base64url').slice(0, 16)

  async function verified(text: string): Promise<Proven> {
    const token = readToken(text)
    const { header, claims } = token
    const issuer = typeof claims.iss === 'string' ? claims.iss : ''
    // Nobody is asked whom the configuration does not name.
    const keys = issuers.get(issuer)
    if (!keys) throw new TokenRefused('the token is of an issuer that is not accepted')
    const period = lifeOf(token, now())
    const audience = audienceOf(claims)
    const meant = entries.filter(entry => entry.issuer === issuer && audience.includes(entry.audience))
    if (meant.length === 0) throw new TokenRefused('the token is for another audience')
    if (!publicKeyAlgorithms.some(each => each === header.alg)) throw new TokenRefused('the token is signed in a way that is not accepted')

    const found = await keys.find(typeof header.kid === 'string' ? header.kid : '', header.alg)
    if (!found) throw new TokenRefused('the issuer has no such key')
    await checkSignature(token, found.key, [header.alg])

    const names = meant.filter(({ patterns }) => patterns.every(({ claim, fits }) => fits(claims[claim]))).map(({ name }) => name)
    if (names.length === 0) throw new TokenRefused('what the token claims fits nothing that is accepted')
    const identity = claimant(subjectOf(token), names)
    return { identity, mark: markOf(names), holds: () => now() < period.until, until: period.until }
  }

  return {
    fresh: () => undefined,
    recognises: ({ password }) => looksLikeToken(Buffer.from(password).toString('latin1')),

    async prove({ password }, { address }) {
      try {
        return await verified(Buffer.from(password).toString('latin1'))
      } catch (error) {
        if (error instanceof IssuerAway)
          throw new RegistryError('UNAVAILABLE', { reason: 'the issuer of the token does not answer' }, { cause: error })
        if (!(error instanceof TokenRefused)) throw error
        refused(error.reason, address)
        throw new WrongCredentials(error.reason)
      }
    },

    recall({ kind, name, mark, claims }) {
      if (kind !== 'claims' || claims.length === 0) return undefined
      return claims.every(each => entries.some(entry => entry.name === each)) && markOf(claims) === mark
        ? claimant(name, claims)
        : undefined
    },
  }
}

/** @throws TokenRefused where the token does not count now */
function lifeOf({ claims }: ReadToken, time: number): Period {
  const period = periodOf(claims)
  const made = secondsIn(claims, 'iat')
  if (time >= period.until) throw new TokenRefused('the token has expired')
  if (time < period.from || (made !== undefined && time < made * 1000 - leeway)) throw new TokenRefused('the token is of the future')
  return period
}

/** What is logged as the name of who asks. */
function subjectOf({ claims: { sub } }: ReadToken): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (typeof sub !== 'string' || sub === '' || sub.length > longestSubject || /[\x00-\x1f\x7f]/.test(sub)) {
    throw new TokenRefused('the token does not say whose it is')
  }
  return sub
}
