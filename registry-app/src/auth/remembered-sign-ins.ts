import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { decodePair } from './basic-credentials.ts'
import { type Proven, type SignIn, WrongCredentials } from './sign-in.ts'

/** Some 300 bytes each. */
const most = 10_000

/** Who signs in by name and password, at the API or for a token. */
export interface SignIns extends Pick<SignIn, 'recall' | 'certain' | 'fresh'> {
  /**
   * At once where the same was right a moment ago.
   *
   * @param credentials what stands behind `Basic`
   * @throws WrongCredentials, TooManySignIns, RegistryError UNAVAILABLE
   */
  prove(credentials: string, address: string | undefined): Proven | Promise<Proven>
}

export interface RememberedSignInsOptions {
  way: SignIn
  /** Milliseconds that a right pair is remembered; 0: each request is checked. */
  remember: number
  /** 32 random bytes of this process: a memory image of another one, or a guess, is of no use. */
  key: Uint8Array
  /** A clock for durations, in milliseconds. */
  clock: () => number
}

/**
 * Remembers for a while what was right, as long as it still is. Proofs of one pair at the same time are one.
 *
 * bcrypt takes tens of milliseconds by design, and a pull is fifty requests.
 */
export function rememberedSignIns({ way, remember, key, clock }: RememberedSignInsOptions): SignIns {
  const secret = Buffer.from(key).toString('base64')
  const known = new LRUCache<string, { readonly proven: Proven; readonly until: number }>({ maxSize: most, sizeCalculation: () => 1 })
  const underWay = new Map<string, Promise<Proven>>()
  // No HMAC, which would cost three times as much on the way of every request: what that is for, a tag that others see and lengthen, is not here.
  const tagOf = (credentials: string) => hash('sha256', secret + credentials, 'binary')

  function identify(credentials: string, address: string | undefined): Proven | Promise<Proven> {
    const tag = tagOf(credentials)
    // That a look-up takes another time for another tag tells nothing: tags cannot be chosen without the key.
    const found = known.get(tag)
    const stillRight = found?.proven.holds() === true
    if (found && stillRight && found.until > clock()) return found.proven

    let checking = underWay.get(tag)
    if (!checking) {
      const pair = decodePair(credentials)
      if (!pair) throw new WrongCredentials('what was sent is no user name and password')
      checking = way
        .prove(pair, { address, known: stillRight })
        .then(proven => {
          known.set(tag, { proven, until: clock() + remember })
          return proven
        })
        .finally(() => underWay.delete(tag))
      underWay.set(tag, checking)
    }
    return checking
  }

  return {
    fresh: way.fresh,
    recall: way.recall,
    ...(way.certain && { certain: way.certain }),
    prove(credentials, address) {
      const waiting = way.fresh()
      return waiting ? waiting.then(() => identify(credentials, address)) : identify(credentials, address)
    },
  }
}
