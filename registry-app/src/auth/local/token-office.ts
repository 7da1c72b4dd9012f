import type { Access } from '../access.ts'
import { TokenRefused, type TokenVerifier } from '../bearer-gate.ts'
import { anonymous, type Identity } from '../identity.ts'
import type { SignIns } from '../remembered-sign-ins.ts'
import { type Proven, type Recalled, WrongCredentials } from '../sign-in.ts'
import type { OwnTokens } from './own-tokens.ts'
import { granted, limitsOf, parseScopes } from './token-scope.ts'

/** Where tokens are had: the registry's own token server (`auth.local`). */
export interface TokenOffice {
  /** @throws WrongCredentials where a proof is wrong, or none was given and it takes one; TooManySignIns; RegistryError UNAVAILABLE */
  issue(request: TokenRequest): Promise<IssuedToken>
  /** The name of whoever tokens are for, as challenges say it. */
  readonly service: string
  readonly realm: string
}

export interface TokenRequest {
  /** Absent: nobody in particular. `basic` is what stands behind that word in `Authorization`. */
  readonly proof: { readonly basic: string } | { readonly refresh: string } | undefined
  /** As sent, one or several in each. */
  readonly scopes: readonly string[]
  /** Whether a token is wanted too by which further ones are had, so that the password need not be kept. */
  readonly offline: boolean
  readonly address: string | undefined
}

export interface IssuedToken {
  readonly token: string
  /** Whose it is; absent: nobody's in particular. */
  readonly user: string | undefined
  readonly refreshToken: string | undefined
  /** Seconds. */
  readonly expiresIn: number
  readonly issuedAt: Date
  /** Of so much the token is, in the words of scopes. */
  readonly scope: string
}

export interface TokenOfficeOptions {
  signIns: SignIns
  access: Access
  tokens: OwnTokens
  /** What a browser would show. */
  realm: string
  service: string
  /** Milliseconds. */
  lifetime: number
  refreshLifetime: number
  /** Milliseconds since 1970. */
  now: () => number
}

interface Holder {
  readonly identity: Identity
  readonly recalled: Recalled | undefined
  /** Milliseconds since 1970: the proof ends then. */
  readonly until: number
  /** One that it was shown: it goes on being used. */
  readonly refresh?: string | undefined
}

export function tokenOffice(options: TokenOfficeOptions): TokenOffice {
  const { signIns, access, tokens, realm, service, lifetime, refreshLifetime, now } = options

  async function holderOf({ proof, address }: TokenRequest): Promise<Holder> {
    if (!proof) return { identity: anonymous, recalled: undefined, until: Number.POSITIVE_INFINITY }
    if ('basic' in proof) return holderBy(await signIns.prove(proof.basic, address))
    await signIns.fresh()
    const { holder: recalled, until } = await tokens.read('refresh', proof.refresh)
    if (recalled) await signIns.certain?.(recalled)
    const identity = recalled && signIns.recall(recalled)
    if (!identity) throw new WrongCredentials('the refresh token was revoked: sign in again')
    return { identity, recalled, until, refresh: proof.refresh }
  }

  return {
    realm,
    service,
    async issue(request) {
      const { identity, recalled, until, refresh } = await holderOf(request).catch(asWrongCredentials)
      const grants = granted(parseScopes(request.scopes), identity, access)
      // Nobody in particular is told to sign in, unless there is something for him: the same, whether it is there or not.
      if (!recalled && grants.length === 0) throw new WrongCredentials('no user name and password were sent')
      const time = now()
      const ends = Math.min(time + lifetime, until)
      const mayRefresh = request.offline && recalled !== undefined && until === Number.POSITIVE_INFINITY
      return {
        token: await tokens.make('access', { holder: recalled, access: grants, until: ends }),
        refreshToken:
          refresh ??
          (mayRefresh ? await tokens.make('refresh', { holder: recalled, access: [], until: time + refreshLifetime }) : undefined),
        user: recalled?.name,
        expiresIn: Math.floor((ends - time) / 1000),
        issuedAt: new Date(time),
        scope: grants.map(({ type, name, actions }) => `${type}:${name}:${actions.join(',')}`).join(' '),
      }
    },
  }
}

function holderBy({ identity, mark, until = Number.POSITIVE_INFINITY }: Proven): Holder {
  const claims = identity.kind === 'claims' ? identity.claims : []
  return { identity, until, recalled: { kind: identity.kind, name: identity.name, mark, claims } }
}

function asWrongCredentials(error: unknown): never {
  throw error instanceof TokenRefused ? new WrongCredentials(error.reason, { cause: error }) : error
}

/** Takes the tokens that are issued here. */
export const ownVerifier = (tokens: OwnTokens, signIns: SignIns): TokenVerifier => ({
  fresh: signIns.fresh,
  async verify(token) {
    const { holder, access, from, until } = await tokens.read('access', token)
    const verified = { from, until, limits: limitsOf(access), holder: () => (holder ? signIns.recall(holder) : anonymous) }
    return holder?.kind === 'robot' ? { ...verified, certain: () => signIns.certain?.(holder) } : verified
  },
})
