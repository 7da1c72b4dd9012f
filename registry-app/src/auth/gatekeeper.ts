import { type Access, type Action, type Caller, callerOf } from './access.ts'
import type { Admission } from './gate.ts'
import type { Identity } from './identity.ts'
import { Denied, Unauthorized } from './refusals.ts'

/** Decides whether somebody who is known, or nobody in particular, may do what he asks for. */
export interface Gatekeeper {
  /**
   * @param limits what his token is for, where he shows one
   * @throws Unauthorized where another proof would help, Denied where none would
   */
  admit(identity: Identity, admission: Admission, limits?: Limits): Caller
}

/** A token is for so much, whatever whoever holds it may beyond. */
export interface Limits {
  covers(action: Action, repository: string): boolean
  readonly catalog: boolean
}

export interface GatekeeperOptions {
  access: Access
  /** `WWW-Authenticate` of a 401. */
  challenge: (admission: Admission, error?: 'insufficient_scope') => string
  /** Is told whom the rules turned away: the answer does not tell which ones there are. */
  denied: (identity: Identity, action: Action, repository: string, address: string | undefined) => void
}

export function gatekeeper({ access, challenge, denied }: GatekeeperOptions): Gatekeeper {
  return {
    admit(identity, admission, limits) {
      const { scope, repository, source, address } = admission
      const caller = limits ? limited(identity, access, limits) : callerOf(identity, access)
      if (scope === 'none') {
        // Where it is found out how to sign in: nobody in particular is told, unless he has asked for a token already.
        if (identity.kind === 'anonymous' && !limits) throw new Unauthorized(challenge(admission), 'no user name and password were sent')
        return caller
      }
      const allowed = scope === 'catalog' ? access.anywhere(identity, 'catalog') : access.may(identity, scope, repository)
      if (!allowed) {
        if (identity.kind === 'anonymous') throw new Unauthorized(challenge(admission), 'it takes a user to do this')
        denied(identity, scope, repository, address)
        throw new Denied(caller)
      }
      if (limits && !(scope === 'catalog' ? limits.catalog : limits.covers(scope, repository))) {
        throw new Unauthorized(challenge(admission, 'insufficient_scope'), 'the token is for something else')
      }
      // As in Distribution, whose clients come again with a token for both. Whoever may not pull there goes on without.
      if (limits && source !== undefined && !limits.covers('pull', source) && access.may(identity, 'pull', source)) {
        throw new Unauthorized(challenge(admission, 'insufficient_scope'), 'the token is not for the repository to mount from')
      }
      return caller
    },
  }
}

function limited(identity: Identity, access: Access, limits: Limits): Caller {
  const { name, sees } = callerOf(identity, access)
  return {
    name,
    sees: repository => limits.catalog && sees(repository),
    may: (action, repository) => limits.covers(action, repository) && access.may(identity, action, repository),
    // A token names what it is for.
    mayEverywhere: () => false,
  }
}
