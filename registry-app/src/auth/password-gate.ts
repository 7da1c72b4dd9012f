import type { Turns } from '../concurrency/turns.ts'
import { basicCredentials, decodePair, type Pair } from './basic-credentials.ts'
import type { Checker } from './bcrypt-thread.ts'
import { checkPassword } from './check-password.ts'
import type { Admission, Caller, Gate } from './gate.ts'
import { TooManySignIns, Unauthorized } from './refusals.ts'
import { type RememberedPair, rememberedPairs } from './remembered-pairs.ts'
import type { Users } from './users.ts'

export interface PasswordGateOptions {
  /** What a browser would show (`auth.htpasswd.realm`). */
  realm: string
  users: Users
  check: Checker
  turns: Turns
  /** Milliseconds that a right pair is remembered; 0: each request is checked. */
  remember: number
  /** 32 random bytes of this process. */
  key: Uint8Array
  /** Is told who was turned away; the name only of somebody who is there, since a password is easily typed in its place. */
  refused: (why: 'wrong password' | 'unknown user' | 'too many sign-ins', name: string | undefined, address: string | undefined) => void
  /** A clock for durations, in milliseconds. */
  clock: () => number
}

/**
 * Name and password with each request (`auth.htpasswd`). Whoever has proven who he is may do everything, as with Distribution.
 *
 * bcrypt takes tens of milliseconds by design, and a pull is fifty requests: a pair that was right is remembered for a while, as long as the user's
 * password is the same. Checks of one pair at the same time are one.
 */
export function passwordGate({ realm, users, check, turns, remember, key, refused, clock }: PasswordGateOptions): Gate {
  const challenge = `Basic realm="${realm.replace(/["\\]/g, '\\$&')}"`
  const pairs = rememberedPairs(key)
  const underWay = new Map<string, Promise<Caller>>()

  function admit({ authorization, address }: Admission): Caller | Promise<Caller> {
    if (authorization === undefined) throw new Unauthorized(challenge, 'no user name and password were sent')
    const credentials = basicCredentials(authorization)
    if (credentials === undefined) throw new Unauthorized(challenge, 'only user name and password are understood (Basic)')
    const waiting = users.fresh()
    return waiting ? waiting.then(() => identify(credentials, address)) : identify(credentials, address)
  }

  function identify(credentials: string, address: string | undefined): Caller | Promise<Caller> {
    const tag = pairs.tagOf(credentials)
    const remembered = pairs.find(tag)
    const stillRight = remembered !== undefined && users.find(remembered.caller.name) === remembered.credential
    if (stillRight && remembered.until > clock()) return remembered.caller

    let checking = underWay.get(tag)
    if (!checking) {
      const pair = decodePair(credentials)
      if (!pair) throw new Unauthorized(challenge, 'what was sent is no user name and password')
      checking = verify(tag, pair, address, stillRight).finally(() => underWay.delete(tag))
      underWay.set(tag, checking)
    }
    return checking
  }

  /** @param wasRight a moment ago: no flood of wrong passwords shall hold up those who work here */
  async function verify(tag: string, { name, password }: Pair, address: string | undefined, wasRight: boolean): Promise<Caller> {
    const credential = users.find(name)
    const known = credential === undefined ? undefined : name
    const right = turns.take(address ?? '', wasRight, () => checkPassword(password, credential, users.slowest(), check))
    if (!right) {
      refused('too many sign-ins', known, address)
      throw new TooManySignIns()
    }
    // Taken away or changed meanwhile counts as wrong.
    if (!(await right) || credential === undefined || users.find(name) !== credential) {
      refused(known === undefined ? 'unknown user' : 'wrong password', known, address)
      throw new Unauthorized(challenge, 'the user name or the password is wrong')
    }
    const pair: RememberedPair = { caller: { name }, credential, until: clock() + remember }
    pairs.remember(tag, pair)
    return pair.caller
  }

  return { admit }
}
