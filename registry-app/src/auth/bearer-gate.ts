import { LRUCache } from 'lru-cache'
import type { Caller } from './access.ts'
import type { Admission, Gate } from './gate.ts'
import type { Gatekeeper, Limits } from './gatekeeper.ts'
import { anonymous, type Identity } from './identity.ts'
import { Unauthorized } from './refusals.ts'

/** A token that was right, as long as it is. */
export interface VerifiedToken {
  /** To be called before a holder is asked for, as `SignIn.certain`. Absent: that is not needed. */
  certain?(): Promise<void> | undefined
  /** Who holds it, as he is now: asked on the way of each request; `undefined`: the token is of no use any more. */
  holder(): Identity | undefined
  /** What it is for. */
  readonly limits: Limits
  /** Not before and not after, in milliseconds since 1970, with what clocks may differ by. */
  readonly from: number
  readonly until: number
}

/** Whose tokens are believed: our own (`local/`), or those of a token server elsewhere. */
export interface TokenVerifier {
  /** To be called before a holder is asked for, as `SignIn.fresh`. */
  fresh(): Promise<void> | undefined
  /** Checks the signature and all that is said in it. @throws TokenRefused */
  verify(token: string): Promise<VerifiedToken>
}

/** The token is not right: another's, for somebody else, of another time. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  /** Told to the client: nothing of the token. */
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}

export interface BearerGateOptions {
  verifier: TokenVerifier
  gatekeeper: Gatekeeper
  /** `WWW-Authenticate: Bearer …`; `bearer-challenge.ts` makes it. */
  challenge: (admission: Admission, error?: 'invalid_token') => string
  /** For whoever sends something else than a token; absent: he is turned away. */
  otherwise?: Gate | undefined
  /** Milliseconds since 1970. */
  now: () => number
}

/** What is remembered of all tokens together. Bytes. */
const most = 32 * 1024 * 1024

/** What one takes beside its own letters. Bytes. */
const each = 2048

/** Longer ones are no token: what an external server puts in, and the header has room for. Bytes. */
const longest = 12 * 1024

/**
 * Tokens (`Authorization: Bearer`). A signature takes as long to check as a dozen requests do, so a token that was right is remembered until it ends.
 */
export function bearerGate({ verifier, gatekeeper, challenge, otherwise, now }: BearerGateOptions): Gate {
  // By the header itself, as it was sent: to hash it would cost as much as all the rest, and whoever can read the memory has better things to find.
  const verified = new LRUCache<string, VerifiedToken>({ maxSize: most, sizeCalculation: (_, header) => header.length + each })
  const underWay = new Map<string, Promise<VerifiedToken>>()

  function enter(token: VerifiedToken, admission: Admission): Caller {
    const time = now()
    const identity = time < token.until && time >= token.from ? token.holder() : undefined
    if (!identity) throw refused(admission, 'the token has expired, or was revoked')
    return gatekeeper.admit(identity, admission, token.limits)
  }

  const refused = (admission: Admission, reason: string) => new Unauthorized(challenge(admission, 'invalid_token'), reason)

  async function verify(authorization: string, token: string, admission: Admission): Promise<Caller> {
    let checking = underWay.get(authorization)
    if (!checking) {
      checking = verifier.verify(token).finally(() => underWay.delete(authorization))
      underWay.set(authorization, checking)
    }
    try {
      const found = await checking
      verified.set(authorization, found)
      await found.certain?.()
      return enter(found, admission)
    } catch (error) {
      throw error instanceof TokenRefused ? refused(admission, error.reason) : error
    }
  }

  function admitToken(authorization: string, admission: Admission): Caller | Promise<Caller> {
    const token = bearerToken(authorization)
    if (token === undefined) {
      if (otherwise) return otherwise.admit(admission)
      throw new Unauthorized(challenge(admission), 'only tokens are understood (Bearer)')
    }
    if (token.length > longest) throw refused(admission, 'the token is too long')
    return verify(authorization, token, admission)
  }

  return {
    admit(admission) {
      const { authorization } = admission
      if (authorization === undefined) return gatekeeper.admit(anonymous, admission)
      const decide = () => {
        const found = verified.get(authorization)
        if (!found) return admitToken(authorization, admission)
        const looking = found.certain?.()
        return looking ? looking.then(() => enter(found, admission)) : enter(found, admission)
      }
      const waiting = verifier.fresh()
      return waiting ? waiting.then(decide) : decide()
    },
  }
}

/** RFC 6750, section 2.1. */
const bearerToken = (authorization: string): string | undefined => /^bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1]
