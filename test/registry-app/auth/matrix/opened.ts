import { compileRules, noRules, ruledAccess } from '../../../../registry-app/src/auth/access/rules.ts'
import { basicChallenge, basicGate } from '../../../../registry-app/src/auth/basic-gate.ts'
import { bearerChallenge } from '../../../../registry-app/src/auth/bearer-challenge.ts'
import { bearerGate } from '../../../../registry-app/src/auth/bearer-gate.ts'
import { gatekeeper } from '../../../../registry-app/src/auth/gatekeeper.ts'
import type { Identity } from '../../../../registry-app/src/auth/identity.ts'
import { keyObjects } from '../../../../registry-app/src/auth/local/key-objects.ts'
import { ownTokens } from '../../../../registry-app/src/auth/local/own-tokens.ts'
import { signingKeys } from '../../../../registry-app/src/auth/local/signing-keys.ts'
import { ownVerifier, tokenOffice } from '../../../../registry-app/src/auth/local/token-office.ts'
import { rememberedSignIns } from '../../../../registry-app/src/auth/remembered-sign-ins.ts'
import { type SignIn, WrongCredentials } from '../../../../registry-app/src/auth/sign-in.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { createSeal } from '../../../../registry-app/src/storage/seal.ts'
import { counter } from '../../support/counter.ts'
import type { PlainIdentity, PlainRule } from './oracle.ts'
import { identities } from './table.ts'

export const password = 'right'

/** As a name to sign in with: two may have the same name, being of different kinds. */
export const loginOf = ({ kind, name }: PlainIdentity) => `${kind}-${name.replace(/\W/g, '-')}`

type Proven = Exclude<Identity, { kind: 'anonymous' }>

function identityOf({ kind, name, groups = [], claims = [], grants = [] }: PlainIdentity): Proven | undefined {
  if (kind === 'anonymous') return undefined
  if (kind === 'user') return { kind, name, groups }
  if (kind === 'claims') return { kind, name, claims }
  return { kind, name, grants: grants as Extract<Proven, { kind: 'robot' }>['grants'] }
}

/** Signs in whoever is in the table: how each really proves it is tested where that is. */
function tableSignIn(): SignIn {
  const byLogin = new Map(identities.flatMap(each => [[loginOf(each), identityOf(each)] as const]))
  return {
    fresh: () => undefined,
    recognises: () => true,
    async prove(pair) {
      const identity = byLogin.get(pair.name)
      if (!identity || Buffer.from(pair.password).toString() !== password) throw new WrongCredentials()
      return { identity, mark: 'mark', holds: () => true }
    },
    recall: ({ kind, name, mark }) =>
      mark === 'mark' ? [...byLogin.values()].find(each => each?.kind === kind && each.name === name) : undefined,
  }
}

/** Both ways in, as `open-auth.ts` and `open-local.ts` put them together. */
export function opened(rules: PlainRule[] | undefined, driver: StorageDriver) {
  const access = ruledAccess(compileRules((rules as Parameters<typeof compileRules>[0]) ?? noRules))
  const signIns = rememberedSignIns({ way: tableSignIn(), remember: 60_000, key: Buffer.alloc(32), clock: () => performance.now() })
  const denied = () => {}
  const now = () => Date.now()
  const clock = () => performance.now()
  const objects = keyObjects(driver, createSeal('a secret', 'token private keys'))
  const keys = signingKeys({
    objects,
    rotation: 1e9,
    longestToken: 1e9,
    readOnly: false,
    randomName: () => 'abcdefgh01',
    warn: () => {},
    now,
    clock,
  })
  const tokens = ownTokens({ keys, issuer: 'us', service: 'us', randomId: counter('token'), now })
  const challenge = bearerChallenge({ realm: () => 'https://registry.test/auth/token', service: 'us' })
  const keeper = gatekeeper({ access, challenge, denied })
  const otherwise = basicGate({ signIns, gatekeeper: keeper, challenge })
  const basic = () => basicChallenge('us')
  return {
    local: bearerGate({ verifier: ownVerifier(tokens, signIns), gatekeeper: keeper, challenge, otherwise, now }),
    htpasswd: basicGate({ signIns, gatekeeper: gatekeeper({ access, challenge: basic, denied }), challenge: basic }),
    office: tokenOffice({ signIns, access, tokens, realm: 'us', service: 'us', lifetime: 300_000, refreshLifetime: 1e9, now }),
  }
}
