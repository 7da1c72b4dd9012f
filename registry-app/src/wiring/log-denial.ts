import { explain } from '../auth/access/explain.ts'
import type { CompiledRule } from '../auth/access/rules.ts'
import type { GatekeeperOptions } from '../auth/gatekeeper.ts'
import { nameOf } from '../auth/identity.ts'
import type { Log } from '../ops/log.ts'

/** Tells the log alone which rules came near: whoever was turned away learns of none. */
export const logDenial =
  (rules: readonly CompiledRule[], log: Log): GatekeeperOptions['denied'] =>
  (identity, action, repository, address) => {
    const { nearly } = explain(rules, identity, action, repository)
    log.info('access denied', {
      'auth.user.name': nameOf(identity),
      action,
      'vars.name': repository || undefined,
      // Of many, the first say enough.
      'access.rules': nearly
        .slice(0, 5)
        .map(({ rule, lacks }) => `${rule} lacks ${lacks}`)
        .join('; '),
      'http.request.remoteaddr': address,
    })
  }
