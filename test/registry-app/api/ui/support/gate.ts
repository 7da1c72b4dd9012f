import { type AccessRule, compileRules, ruledAccess } from '../../../../../registry-app/src/auth/access/rules.ts'
import type { Gate } from '../../../../../registry-app/src/auth/gate.ts'
import { gatekeeper } from '../../../../../registry-app/src/auth/gatekeeper.ts'
import { anonymous, type Identity } from '../../../../../registry-app/src/auth/identity.ts'

/** Whoever names himself is believed: what matters here is what he may. */
export function gateOf(rules: readonly AccessRule[]): Gate {
  const access = ruledAccess(compileRules(rules))
  const keeper = gatekeeper({ access, challenge: () => 'Basic realm="Registry"', denied: () => {} })
  const known = new Map<string, Identity>()
  const identityOf = (name: string) => {
    const identity = known.get(name) ?? { kind: 'user' as const, name, groups: [] }
    known.set(name, identity)
    return identity
  }
  return { admit: admission => keeper.admit(admission.authorization ? identityOf(admission.authorization) : anonymous, admission) }
}
