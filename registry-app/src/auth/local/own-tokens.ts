import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { TokenRefused } from '../bearer-gate.ts'
import { leeway } from '../jwt/timely.ts'
import type { Recalled } from '../sign-in.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { ScopeGrant } from './token-scope.ts'

/** What a token of ours says. */
export interface OwnToken {
  /** Absent: nobody in particular. */
  readonly holder: Recalled | undefined
  readonly access: readonly ScopeGrant[]
  /** Milliseconds since 1970, with what clocks may differ by. */
  readonly from: number
  readonly until: number
}

/** Tokens for the API, and those by which new ones are had without a password. One is never taken for the other. */
export type TokenKind = 'access' | 'refresh'

export interface OwnTokens {
  /** @param until in milliseconds since 1970 */
  make(kind: TokenKind, token: Pick<OwnToken, 'holder' | 'access'> & { until: number }): Promise<string>
  /** @throws TokenRefused */
  read(kind: TokenKind, token: string): Promise<OwnToken>
}

export interface OwnTokensOptions {
  keys: SigningKeys
  issuer: string
  service: string
  /** Different for each token (`jti`). */
  randomId: () => string
  /** Milliseconds since 1970. */
  now: () => number
}

const types: Readonly<Record<TokenKind, string>> = { access: 'JWT', refresh: 'refresh+jwt' }
const kinds: readonly Recalled['kind'][] = ['user', 'robot', 'claims']

/** JWTs (RFC 7519) in the form that Distribution's token servers give them, by ES256 alone. */
export function ownTokens({ keys, issuer, service, randomId, now }: OwnTokensOptions): OwnTokens {
  return {
    async make(kind, { holder, access, until }) {
      await keys.fresh()
      const { id, key } = keys.current()
      const time = Math.floor(now() / 1000)
      const claims: JWTPayload = { access, ...(holder && { kind: holder.kind, mark: holder.mark, claims: holder.claims }) }
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: types[kind], kid: id })
        .setIssuer(issuer)
        .setAudience(service)
        .setSubject(holder?.name ?? '')
        .setIssuedAt(time)
        .setNotBefore(time)
        .setExpirationTime(Math.floor(until / 1000))
        .setJti(randomId())
        .sign(key)
    },

    async read(kind, token) {
      await keys.fresh()
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const key = kid === undefined ? undefined : await keys.find(kid)
            if (!key) throw new TokenRefused('the token was signed by somebody else, or long ago')
            return key
          },
          {
            algorithms: ['ES256'],
            issuer,
            audience: service,
            typ: types[kind],
            clockTolerance: leeway / 1000,
            currentDate: new Date(now()),
            requiredClaims: ['sub', 'exp', 'nbf', 'iat', 'jti'],
          },
        )
        return parsed(payload)
      } catch (error) {
        // What the storage says is no fault of the token's.
        if (!(error instanceof errors.JOSEError)) throw error
        throw new TokenRefused(reasonOf(error), { cause: error })
      }
    },
  }
}

function parsed({ sub = '', exp = 0, nbf = 0, kind, mark, claims, access }: JWTPayload): OwnToken {
  const found = kinds.find(each => each === kind)
  const times = { from: nbf * 1000 - leeway, until: exp * 1000 + leeway, access: grantsIn(access) }
  if (found === undefined) return { ...times, holder: undefined }
  return { ...times, holder: { kind: found, name: sub, mark: typeof mark === 'string' ? mark : '', claims: textsIn(claims) } }
}

const textsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter(each => typeof each === 'string') : [])

/** Signed by us; of another release, perhaps. */
function grantsIn(value: unknown): readonly ScopeGrant[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('type' in each && 'name' in each && 'actions' in each)) return []
    const { type, name, actions } = each
    const known = type === 'repository' || type === 'registry' ? type : undefined
    return known && typeof name === 'string' ? [{ type: known, name, actions: textsIn(actions) }] : []
  })
}

/** So much may be told to whoever sends it. */
function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return 'the token is not valid yet'
    return `the token is for somebody else, or for something else (${error.claim})`
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the token is signed in a way that is not allowed'
  return 'the token is damaged, or not signed by this registry'
}
