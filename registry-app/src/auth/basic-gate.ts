import type { Caller } from './access.ts'
import { basicCredentials } from './basic-credentials.ts'
import type { Admission, Gate } from './gate.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import { anonymous } from './identity.ts'
import { Unauthorized } from './refusals.ts'
import type { SignIns } from './remembered-sign-ins.ts'
import { type Proven, WrongCredentials } from './sign-in.ts'

export interface BasicGateOptions {
  signIns: SignIns
  gatekeeper: Gatekeeper
  challenge: (admission: Admission) => string
}

/** `WWW-Authenticate` of name and password (RFC 7617). */
export const basicChallenge = (realm: string) => `Basic realm="${realm.replace(/["\\]/g, '\\$&')}"`

/** Name and password with each request. Whoever says nothing is nobody in particular. */
export function basicGate({ signIns, gatekeeper, challenge }: BasicGateOptions): Gate {
  return {
    admit(admission) {
      const { authorization, address } = admission
      if (authorization === undefined) return gatekeeper.admit(anonymous, admission)
      const credentials = basicCredentials(authorization)
      if (credentials === undefined) {
        throw new Unauthorized(challenge(admission), 'only user name and password are understood (Basic)')
      }
      const enter = ({ identity }: Proven): Caller => gatekeeper.admit(identity, admission)
      const fail = (error: unknown): never => {
        throw error instanceof WrongCredentials ? new Unauthorized(challenge(admission), error.reason) : error
      }
      let proven: Proven | Promise<Proven>
      try {
        proven = signIns.prove(credentials, address)
      } catch (error) {
        return fail(error)
      }
      return proven instanceof Promise ? proven.then(enter, fail) : enter(proven)
    },
  }
}
