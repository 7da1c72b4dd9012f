import { hkdfSync, randomBytes } from 'node:crypto'
import { groupsIn } from '../auth/access/groups.ts'
import { idleParts } from '../auth/access/idle-rules.ts'
import { compileRules, noRules, ruledAccess } from '../auth/access/rules.ts'
import { basicChallenge, basicGate } from '../auth/basic-gate.ts'
import { bcryptThread } from '../auth/bcrypt-thread.ts'
import { countedGate, type Failure } from '../auth/counted-gate.ts'
import type { Admission, Gate } from '../auth/gate.ts'
import { gatekeeper } from '../auth/gatekeeper.ts'
import type { TokenOffice } from '../auth/local/token-office.ts'
import { passwordSignIn } from '../auth/password-sign-in.ts'
import { rememberedSignIns, type SignIns } from '../auth/remembered-sign-ins.ts'
import { turns } from '../concurrency/turns.ts'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { bcryptWorker } from './embedded.ts'
import { logDenial } from './log-denial.ts'
import { openSignIns } from './open-sign-ins.ts'
import { openUsers } from './open-users.ts'

export interface AuthSurroundings {
  driver: StorageDriver
  log: Log
  /** `http.secret`, or the one that the registry has made and shares. */
  secret: string
  /** Makes the URL of a path as a client would reach it. */
  locate: (path: string, request: Pick<Admission, 'base'>) => string
  /** Milliseconds. */
  clock: () => number
  now: () => Date
  randomName: () => string
  /** Counts those who are not let in. */
  failed?: ((why: Failure) => void) | undefined
}

export interface OpenedAuth {
  gate: Gate
  /** Where tokens are had; absent: not here. */
  tokens?: TokenOffice
  /** How many wait for their password to be compared. */
  waiting: () => number
}

/** How long the thread that checks passwords stays when it has nothing to do. Milliseconds. */
const threadIdleFor = 60_000

/** Ten seconds of work: who comes later than that is told to come again. Half of it for one address, which may be a proxy's, before many users. */
const places = { all: 128, each: 64 }

/** Who is let in, as the configuration says it; `undefined`: everybody. */
export async function openAuth(config: Config, surroundings: AuthSurroundings): Promise<OpenedAuth | undefined> {
  const { auth } = config
  const { failed, log, now } = surroundings
  const counted = (gate: Gate) => (failed ? countedGate(gate, failed) : gate)
  const rules = compileRules(config.access ?? noRules)
  const access = ruledAccess(rules)
  const denied = logDenial(rules, log)
  const claims = (auth?.oidc ?? []).map(({ name }) => name)
  const idle = idleParts(config.access ?? [], { groups: Object.keys(config.groups), claims, here: auth?.token === undefined })
  for (const sentence of idle) log.warn(sentence)
  if (auth?.token) {
    const { openExternalTokens } = await import('./open-external-tokens.ts')
    // What the token says is enough, unless there are rules too: then both have to allow it.
    const gate = openExternalTokens(auth.token, { access: config.access && access, denied, now })
    return { gate: counted(gate), waiting: () => 0 }
  }
  const settings = auth?.htpasswd ?? auth?.local
  if (!settings) return undefined
  const queue = turns(places)
  const signIns = await signInsOf(config, settings, queue, surroundings)
  const waiting = () => queue.waiting
  if (auth?.local) {
    const { openLocal } = await import('./open-local.ts')
    const { gate, tokens } = openLocal(config, auth.local, { ...surroundings, signIns, access, denied })
    return { gate: counted(gate), tokens, waiting }
  }
  const challenge = () => basicChallenge(auth?.htpasswd?.realm ?? '')
  const gate = basicGate({ signIns, gatekeeper: gatekeeper({ access, challenge, denied }), challenge })
  return { gate: counted(gate), waiting }
}

type Settings = Parameters<typeof openUsers>[0] & { readonly remember: number }

async function signInsOf(
  { groups, auth }: Config,
  settings: Settings,
  queue: ReturnType<typeof turns>,
  surroundings: AuthSurroundings,
): Promise<SignIns> {
  const { log, secret, clock } = surroundings
  const users = await openUsers(settings, surroundings)
  const passwords = passwordSignIn({
    users,
    groupsOf: groupsIn(groups),
    check: bcryptThread(startWorker, threadIdleFor),
    turns: queue,
    // The same in all replicas, since they take each other's tokens.
    markKey: new Uint8Array(hkdfSync('sha256', secret, '', 'bucket-registry marks of sign-ins', 32)),
    refused: (why, name, address) =>
      log.info('sign-in refused', { reason: why, 'auth.user.name': name, 'http.request.remoteaddr': address }),
  })
  const way = openSignIns(passwords, auth, surroundings)
  return rememberedSignIns({ way, remember: settings.remember, key: randomBytes(32), clock })
}

async function startWorker() {
  const { Worker } = await import('node:worker_threads')
  const program = bcryptWorker()
  return program instanceof URL ? new Worker(program) : new Worker(program, { eval: true })
}
