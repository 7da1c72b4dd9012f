import { compileRules, noRules, ruledAccess } from '../../../../../registry-app/src/auth/access/rules.ts'
import { basicGate } from '../../../../../registry-app/src/auth/basic-gate.ts'
import { bearerChallenge } from '../../../../../registry-app/src/auth/bearer-challenge.ts'
import { bearerGate } from '../../../../../registry-app/src/auth/bearer-gate.ts'
import { gatekeeper } from '../../../../../registry-app/src/auth/gatekeeper.ts'
import { keyObjects } from '../../../../../registry-app/src/auth/local/key-objects.ts'
import { ownTokens } from '../../../../../registry-app/src/auth/local/own-tokens.ts'
import { signingKeys } from '../../../../../registry-app/src/auth/local/signing-keys.ts'
import { ownVerifier, tokenOffice } from '../../../../../registry-app/src/auth/local/token-office.ts'
import { passwordSignIn } from '../../../../../registry-app/src/auth/password-sign-in.ts'
import { rememberedSignIns } from '../../../../../registry-app/src/auth/remembered-sign-ins.ts'
import { hashedUsers } from '../../../../../registry-app/src/auth/users.ts'
import { turns } from '../../../../../registry-app/src/concurrency/turns.ts'
import type { StorageDriver } from '../../../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../../../registry-app/src/storage/memory.ts'
import { createSeal } from '../../../../../registry-app/src/storage/seal.ts'
import { counter } from '../../../support/counter.ts'
import { standingClock } from '../../../support/registry.ts'
import { countingChecker, hashFor } from '../../support/checks.ts'

export const minute = 60_000
export const day = 24 * 60 * minute

export const issueRules = [
  { repositories: ['public/**'], who: ['anonymous'], actions: ['pull'] },
  { repositories: ['team/**'], who: ['user:alice'], actions: ['pull', 'push', 'delete'] },
] as const

export interface ReplicaOptions {
  driver?: StorageDriver
  clock?: ReturnType<typeof standingClock>
  secret?: string | undefined
  name?: string
  rules?: Parameters<typeof compileRules>[0]
  service?: string
  readOnly?: boolean
}

/** One replica of a registry with `auth.local`, and `alice` with the password `wonder`. */
export function replica(options: ReplicaOptions = {}) {
  const { clock = standingClock(), secret = 'a secret', name = 'replica', rules = noRules, service = 'us', readOnly = false } = options
  const { driver = memoryDriver(clock) } = options
  const users = hashedUsers()
  const have = (passwords: Record<string, string>) =>
    users.replace(new Map(Object.entries(passwords).map(([user, password]) => [user, hashFor(password)])))
  have({ alice: 'wonder' })
  const { check, checks } = countingChecker()
  const now = () => clock.now().getTime()
  const warnings: string[] = []
  const way = passwordSignIn({
    users: { ...users, fresh: () => undefined },
    groupsOf: () => [],
    check,
    turns: turns({ all: 32, each: 8 }),
    markKey: Buffer.alloc(32, 7),
    refused: () => {},
  })
  const signIns = rememberedSignIns({ way, remember: 5 * minute, key: Buffer.alloc(32), clock: now })
  const access = ruledAccess(compileRules(rules))
  const random = counter(name)
  const keys = signingKeys({
    objects: keyObjects(driver, createSeal(secret, 'token private keys')),
    rotation: 90 * day,
    longestToken: 365 * day,
    readOnly,
    randomName: () => random().replace(/\W/g, '').padStart(8, '0'),
    warn: message => warnings.push(message),
    now,
    clock: now,
  })
  const tokens = ownTokens({ keys, issuer: service, service, randomId: counter('token'), now })
  const challenge = bearerChallenge({ realm: ({ base }) => `${base() ?? ''}/auth/token`, service })
  const keeper = gatekeeper({ access, challenge, denied: () => {} })
  const gate = bearerGate({
    verifier: ownVerifier(tokens, signIns),
    gatekeeper: keeper,
    challenge,
    otherwise: basicGate({ signIns, gatekeeper: keeper, challenge }),
    now,
  })
  const office = tokenOffice({ signIns, access, tokens, realm: service, service, lifetime: 5 * minute, refreshLifetime: 365 * day, now })
  const admit = async (token: string, scope: 'none' | 'pull' | 'push' = 'pull', repository = 'team/app') =>
    gate.admit({ authorization: `Bearer ${token}`, scope, repository, address: undefined, base: () => undefined })
  return { driver, clock, have, checks, keys, tokens, gate, office, admit, warnings }
}
