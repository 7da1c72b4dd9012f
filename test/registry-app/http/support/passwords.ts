import { compileRules, noRules, ruledAccess } from '../../../../registry-app/src/auth/access/rules.ts'
import { basicChallenge, basicGate } from '../../../../registry-app/src/auth/basic-gate.ts'
import type { Gate } from '../../../../registry-app/src/auth/gate.ts'
import { gatekeeper } from '../../../../registry-app/src/auth/gatekeeper.ts'
import { passwordSignIn } from '../../../../registry-app/src/auth/password-sign-in.ts'
import { rememberedSignIns } from '../../../../registry-app/src/auth/remembered-sign-ins.ts'
import { hashedUsers } from '../../../../registry-app/src/auth/users.ts'
import { turns } from '../../../../registry-app/src/concurrency/turns.ts'
import { countingChecker, hashFor } from '../../auth/support/checks.ts'

/** A gate that lets `alice` in, with the password `wonder`. */
export function passwords(): Gate {
  const users = hashedUsers()
  users.replace(new Map([['alice', hashFor('wonder')]]))
  const way = passwordSignIn({
    users: { ...users, fresh: () => undefined },
    groupsOf: () => [],
    check: countingChecker().check,
    turns: turns({ all: 32, each: 8 }),
    markKey: Buffer.alloc(32),
    refused: () => {},
  })
  const challenge = () => basicChallenge('Registry')
  return basicGate({
    signIns: rememberedSignIns({ way, remember: 60_000, key: Buffer.alloc(32), clock: () => performance.now() }),
    gatekeeper: gatekeeper({ access: ruledAccess(compileRules(noRules)), challenge, denied: () => {} }),
    challenge,
  })
}
