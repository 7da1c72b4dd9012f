import { RegistryError } from '../registry/errors.ts'
import type { Caller } from './access.ts'

/** 401: who asks has not proven it. */
export class Unauthorized extends RegistryError {
  /** `WWW-Authenticate`, which a 401 must have (RFC 9110, section 15.5.2). */
  readonly challenge: string

  /** @param reason told to the client, so it must be the same for a user who is not there and a password that is wrong */
  constructor(challenge: string, reason: string) {
    super('UNAUTHORIZED', { reason })
    this.challenge = challenge
  }
}

/** 403: who is known may not. */
export class Denied extends RegistryError {
  /** For logs alone. */
  readonly caller: Caller

  constructor(caller: Caller) {
    // The same whether it is there or not.
    super('DENIED', { reason: 'the access rules of the registry do not allow it' })
    this.caller = caller
  }
}

/** 429: more sign-ins wait than can be looked at soon, or there were too many wrong ones. */
export class TooManySignIns extends RegistryError {
  /** Seconds. */
  readonly retryAfter: number

  constructor(reason = 'more passwords are waiting to be checked than can be; try again in a moment', retryAfter = 5) {
    super('TOOMANYREQUESTS', { reason })
    this.retryAfter = retryAfter
  }
}
