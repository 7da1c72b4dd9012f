import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { firstUser } from '../auth/first-user.ts'
import { htpasswdFile } from '../auth/htpasswd-file.ts'
import { storedUsers } from '../auth/stored-users.ts'
import { joinedUsers, type Users } from '../auth/users.ts'
import { ConfigError } from '../config/complaint.ts'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import type { StorageDriver } from '../storage/driver.ts'

export interface UsersSurroundings {
  driver: StorageDriver
  log: Log
  /** Milliseconds. */
  clock: () => number
}

type Places = Pick<NonNullable<NonNullable<Config['auth']>['htpasswd']>, 'path' | 'username' | 'password' | 'storedusers'>

/** Of a name that is in several places, the first counts: what the operator has written down comes before what was added later. */
export async function openUsers(settings: Places, { driver, log, clock }: UsersSurroundings): Promise<Users> {
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
  const users = joinedUsers(sources)
  void sayHowMany(users, log)
  return users
}

async function provide(path: string, log: Log): Promise<void> {
  if (existsSync(path)) return
  // Makes hashes, which no other start needs.
  const { provisionHtpasswd } = await import('../auth/provision-htpasswd.ts')
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
