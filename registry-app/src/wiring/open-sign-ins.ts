import { randomBytes } from 'node:crypto'
import { attempts } from '../auth/attempts.ts'
import { guardedSignIn } from '../auth/guarded-sign-in.ts'
import { identityTokens } from '../auth/oidc/identity-tokens.ts'
import { robotSignIn } from '../auth/robots/robot-sign-in.ts'
import { joinedSignIns, type SignIn } from '../auth/sign-in.ts'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import type { StorageDriver } from '../storage/driver.ts'

export interface SignInSurroundings {
  driver: StorageDriver
  log: Log
  /** A clock for durations, in milliseconds. */
  clock: () => number
  now: () => Date
}

/** What may be sent as a password: a robot's token, an identity token, or else a user's password, which alone could be guessed. */
export function openSignIns(passwords: SignIn, auth: Config['auth'], { driver, log, clock, now }: SignInSurroundings): SignIn {
  const refused = (reason: string, name: string | undefined, address: string | undefined) =>
    log.info('sign-in refused', { reason, 'auth.user.name': name, 'http.request.remoteaddr': address })
  const common = { warn: log.warn, clock, now: () => now().getTime() }
  const ways: SignIn[] = [robotSignIn({ ...common, driver, refused })]
  if (auth?.oidc && auth.oidc.length > 0) {
    const refusedToken = (why: string, address: string | undefined) => refused(why, undefined, address)
    ways.push(identityTokens({ ...common, accepted: auth.oidc, fetch: globalThis.fetch, refused: refusedToken }))
  }
  const heldBack = (address: string | undefined) => refused('too many wrong passwords', undefined, address)
  const limit = auth?.attempts
  const guarded =
    !limit || limit.allowed === 0
      ? passwords
      : guardedSignIn({ way: passwords, attempts: attempts({ ...limit, clock }), heldBack, key: randomBytes(32) })
  return joinedSignIns([...ways, guarded])
}
