import { randomBytes } from 'node:crypto'
import { compileRules, noRules, ruledAccess } from './auth/access/rules.ts'
import { basicChallenge, basicGate } from './auth/basic-gate.ts'
import { bcryptThread } from './auth/bcrypt-thread.ts'
import { countedGate, type Failure } from './auth/counted-gate.ts'
import type { Gate } from './auth/gate.ts'
import { gatekeeper } from './auth/gatekeeper.ts'
import { passwordSignIn } from './auth/password-sign-in.ts'
import { rememberedSignIns } from './auth/remembered-sign-ins.ts'
import { turns } from './concurrency/turns.ts'
import type { Config } from './config/schema/config.ts'
import { bcryptWorker } from './embedded.ts'
import { openUsers } from './open-users.ts'
import type { Log } from './ops/log.ts'
import type { StorageDriver } from './storage/driver.ts'

export interface AuthSurroundings {
  driver: StorageDriver
  log: Log
  /** Milliseconds. */
  clock: () => number
  /** Counts those who are not let in. */
  failed?: ((why: Failure) => void) | undefined
}

export interface OpenedAuth {
  gate: Gate
  /** How many wait for their password to be compared. */
  waiting: () => number
}

/** How long the thread that checks passwords stays when it has nothing to do. Milliseconds. */
const threadIdleFor = 60_000

/** Ten seconds of work: who comes later than that is told to come again. Half of it for one address, which may be a proxy's, before many users. */
const places = { all: 128, each: 64 }

/** Who is let in, as the configuration says it; `undefined`: everybody. */
export async function openAuth(auth: Config['auth'], surroundings: AuthSurroundings): Promise<OpenedAuth | undefined> {
  const { log, clock, failed } = surroundings
  if (!auth?.htpasswd) return undefined
  const users = await openUsers(auth.htpasswd, surroundings)
  const queue = turns(places)
  const way = passwordSignIn({
    users,
    groupsOf: () => [],
    check: bcryptThread(startWorker, threadIdleFor),
    turns: queue,
    markKey: randomBytes(32),
    refused: (why, name, address) =>
      log.info('sign-in refused', { reason: why, 'auth.user.name': name, 'http.request.remoteaddr': address }),
  })
  const challenge = () => basicChallenge(auth.htpasswd?.realm ?? '')
  const gate = basicGate({
    signIns: rememberedSignIns({ way, remember: auth.htpasswd.remember, key: randomBytes(32), clock }),
    gatekeeper: gatekeeper({ access: ruledAccess(compileRules(noRules)), challenge, denied: () => {} }),
    challenge,
  })
  return { gate: failed ? countedGate(gate, failed) : gate, waiting: () => queue.waiting }
}

async function startWorker() {
  const { Worker } = await import('node:worker_threads')
  const program = bcryptWorker()
  return program instanceof URL ? new Worker(program) : new Worker(program, { eval: true })
}
