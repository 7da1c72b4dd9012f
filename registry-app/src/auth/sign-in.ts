import type { Pair } from './basic-credentials.ts'
import type { Identity } from './identity.ts'

/**
 * A way of proving by a name and a password who one is: the users' passwords, robots' tokens, identity tokens as passwords.
 *
 * The API's gate and the token end-point both ask it (`remembered-sign-ins.ts` stands between, so that fifty requests cost one proof).
 */
export interface SignIn {
  /** To be called before the rest: a promise where what is known is too old to be used. It rejects where nothing is known yet, and cannot be. */
  fresh(): Promise<void> | undefined
  /** Whether such a password is of this way, which alone is then asked. By its looks: nothing is checked. */
  recognises(pair: Pair): boolean
  /**
   * @param known whether the same pair was right a moment ago: whoever works here shall not wait behind those who guess
   * @throws WrongCredentials, TooManySignIns, or RegistryError UNAVAILABLE where it cannot be found out now
   */
  prove(pair: Pair, attempt: { address: string | undefined; known: boolean }): Promise<Proven>
  /**
   * To be called before `recall` of the same token: a promise if the storage has to be asked first whether its holder still exists. A token of another way
   * of signing in costs nothing. Absent: `fresh` is enough.
   */
  certain?(token: Recalled): Promise<void> | undefined
  /**
   * Who holds a token of ours (`local/`) that this way's proof was exchanged for, as he is now.
   *
   * @param token what it says of him: the `kind`, `name`, and `claims` of the identity, and the proof's `mark`
   * @returns `undefined`: of another way, or he is gone, or what he proved it with is not right any more. The same object for the same answer.
   */
  recall(token: Recalled): Identity | undefined
}

export interface Proven {
  readonly identity: Exclude<Identity, { kind: 'anonymous' }>
  /** Changes when the password does, and tells nothing of it: it travels in tokens, which end with it. Short. */
  readonly mark: string
  /** Whether it is still right: asked on the way of each request, and answered by what is known. */
  holds(): boolean
  /** The proof itself ends then; in milliseconds since 1970. No token outlives it, and none renews it. Absent: it does not end. */
  readonly until?: number
}

export interface Recalled {
  readonly kind: Proven['identity']['kind']
  readonly name: string
  readonly mark: string
  readonly claims: readonly string[]
}

/** Of several, each must be fresh. Nothing is made where none waits: this is on the way of every request. */
export const freshAll = (all: readonly Pick<SignIn, 'fresh'>[]) => (): Promise<void> | undefined => {
  let waiting: Promise<void>[] | undefined
  for (const each of all) {
    const one = each.fresh()
    if (one) waiting = waiting ? [...waiting, one] : [one]
  }
  return waiting && Promise.all(waiting).then(() => {})
}

/** Several ways, of which the first that recognises a password decides on it. The last should recognise every one. */
export function joinedSignIns(ways: readonly SignIn[]): SignIn {
  return {
    fresh: freshAll(ways),
    recognises: pair => ways.some(way => way.recognises(pair)),
    async prove(pair, attempt) {
      const way = ways.find(each => each.recognises(pair))
      if (!way) throw new WrongCredentials()
      return way.prove(pair, attempt)
    },
    certain(token) {
      for (const way of ways) {
        const waiting = way.certain?.(token)
        if (waiting) return waiting
      }
      return undefined
    },
    recall(token) {
      for (const way of ways) {
        const found = way.recall(token)
        if (found) return found
      }
      return undefined
    },
  }
}

/** Nobody is there of that name, or the password is not his: the same to whoever asks. The gate makes it a 401 with its challenge. */
export class WrongCredentials extends Error {
  override readonly name = 'WrongCredentials'
  /** Told to the client. */
  readonly reason: string

  constructor(reason = 'the user name or the password is wrong', options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}
