import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { bcryptThread } from './auth/bcrypt-thread.ts'
import { countedGate, type Failure } from './auth/counted-gate.ts'
import { firstUser } from './auth/first-user.ts'
import type { Gate } from './auth/gate.ts'
import { htpasswdFile } from './auth/htpasswd-file.ts'
import { passwordGate } from './auth/password-gate.ts'
import { storedUsers } from './auth/stored-users.ts'
import { joinedUsers, type Users } from './auth/users.ts'
import { turns } from './concurrency/turns.ts'
import { ConfigError } from './config/complaint.ts'
import type { Config } from './config/schema/config.ts'
import { bcryptWorker } from './embedded.ts'
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
  const users = await usersOf(auth.htpasswd, surroundings)
  void sayHowMany(users, log)
  const queue = turns(places)
  const gate = passwordGate({
    realm: auth.htpasswd.realm,
    users,
    check: bcryptThread(startWorker, threadIdleFor),
    turns: queue,
    remember: auth.htpasswd.remember,
    key: randomBytes(32),
    refused: (why, name, address) =>
      log.info('sign-in refused', { reason: why, 'auth.user.name': name, 'http.request.remoteaddr': address }),
    clock,
  })
  return { gate: failed ? countedGate(gate, failed) : gate, waiting: () => queue.waiting }
}

type Htpasswd = NonNullable<NonNullable<Config['auth']>['htpasswd']>

/** Of a name that is in several places, the first counts: what the operator has written down comes before what was added later. */
async function usersOf(settings: Htpasswd, { driver, log, clock }: AuthSurroundings): Promise<Users> {
  const { path, username, password } = settings
  const sources: Users[] = []
  if (username !== undefined && password !== undefined) sources.push(firstUser(username, password, randomBytes(32)))
  if (path !== undefined) {
    if (username === undefined) await provide(path, log)
    const file = htpasswdFile({ path, warn: log.warn, clock })
    // Read before anybody asks: what is wrong with it is to be seen at the start.
    if (existsSync(path)) await readable(path, async () => file.fresh())
    sources.push(file)
  }
  if (settings.storedusers) sources.push(storedUsers({ driver, warn: log.warn, clock }))
  return joinedUsers(sources)
}

async function provide(path: string, log: Log): Promise<void> {
  if (existsSync(path)) return
  // Makes hashes, which no other start needs.
  const { provisionHtpasswd } = await import('./auth/provision-htpasswd.ts')
  const passwordFile = await readable(path, () => provisionHtpasswd(path, randomBytes), 'is not there, and cannot be made')
  if (passwordFile === undefined) return
  log.warn(
    `${path} was not there: it has now the user docker, whose password is in ${passwordFile}; delete that file when you have read it`,
  )
}

async function readable<Result>(path: string, work: () => Promise<Result>, what = 'cannot be read'): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError([{ source: path, path: 'auth.htpasswd.path', message: `${what}: ${reason}` }], { cause })
  }
}

async function sayHowMany(users: Users, log: Log): Promise<void> {
  try {
    await users.fresh()
  } catch {
    // The source has said it.
    return
  }
  if (users.count() > 0) return log.info('users are known', { users: users.count() })
  log.warn('there is no user yet, so nobody can sign in: kit user add makes one, or set auth.htpasswd.username and password')
}

async function startWorker() {
  const { Worker } = await import('node:worker_threads')
  const program = bcryptWorker()
  return program instanceof URL ? new Worker(program) : new Worker(program, { eval: true })
}
