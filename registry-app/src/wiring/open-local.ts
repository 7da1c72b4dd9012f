import { randomUUID } from 'node:crypto'
import { tokenPath } from '../api/routes.ts'
import type { Access } from '../auth/access.ts'
import { basicGate } from '../auth/basic-gate.ts'
import { bearerChallenge } from '../auth/bearer-challenge.ts'
import { bearerGate } from '../auth/bearer-gate.ts'
import type { Gate } from '../auth/gate.ts'
import { type GatekeeperOptions, gatekeeper } from '../auth/gatekeeper.ts'
import { countedOffice } from '../auth/local/counted-office.ts'
import { keyObjects } from '../auth/local/key-objects.ts'
import { ownTokens } from '../auth/local/own-tokens.ts'
import { signingKeys } from '../auth/local/signing-keys.ts'
import { ownVerifier, type TokenOffice, tokenOffice } from '../auth/local/token-office.ts'
import type { SignIns } from '../auth/remembered-sign-ins.ts'
import type { Config } from '../config/schema/config.ts'
import { createSeal } from '../storage/seal.ts'
import type { AuthSurroundings } from './open-auth.ts'

export interface LocalSurroundings extends AuthSurroundings {
  signIns: SignIns
  access: Access
  denied: GatekeeperOptions['denied']
}

type Local = NonNullable<NonNullable<Config['auth']>['local']>

/**
 * `auth.local`: tokens that the registry issues itself. Name and password with a request of the API are taken too: who writes a script with curl need
 * not fetch a token first, and it is the same password, checked in the same way.
 */
export function openLocal(
  { http, storage }: Config,
  settings: Local,
  { driver, log, locate, clock, now, randomName, failed, signIns, access, denied }: LocalSurroundings,
): { gate: Gate; tokens: TokenOffice } {
  const { realm, service, issuer, lifetime, refreshlifetime, rotation } = settings
  const time = () => now().getTime()
  if (http.secret === undefined) {
    log.warn(
      'the keys that sign tokens are kept in the storage as they are: whoever can read there can make tokens; with http.secret they are sealed',
    )
  }
  const keys = signingKeys({
    objects: keyObjects(driver, createSeal(http.secret, 'token private keys')),
    rotation,
    longestToken: Math.max(lifetime, refreshlifetime),
    readOnly: storage.maintenance.readonly.enabled,
    randomName,
    warn: log.warn,
    now: time,
    clock,
  })
  const tokens = ownTokens({ keys, issuer, service, randomId: randomUUID, now: time })
  const challenge = bearerChallenge({ realm: admission => realm ?? locate(tokenPath, admission), service })
  const keeper = gatekeeper({ access, challenge, denied })
  const gate = bearerGate({
    verifier: ownVerifier(tokens, signIns),
    gatekeeper: keeper,
    challenge,
    otherwise: basicGate({ signIns, gatekeeper: keeper, challenge }),
    now: time,
  })
  const office = tokenOffice({ signIns, access, tokens, realm: service, service, lifetime, refreshLifetime: refreshlifetime, now: time })
  return { gate, tokens: failed ? countedOffice(office, failed) : office }
}
