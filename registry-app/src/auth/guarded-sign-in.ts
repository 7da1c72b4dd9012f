import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Attempts } from './attempts.ts'
import type { Pair } from './basic-credentials.ts'
import { TooManySignIns } from './refusals.ts'
import { type SignIn, WrongCredentials } from './sign-in.ts'

export interface GuardedSignInOptions {
  way: SignIn
  attempts: Attempts
  /** Is told who was held back. */
  heldBack: (address: string | undefined) => void
  /** 32 random bytes of this process. */
  key: Uint8Array
}

/** Pairs that were wrong, of which each counts once. */
const mostWrong = 10_000

/**
 * The same way, for those who do not guess (`attempts.ts`). A pair that was right a moment ago is no guess; nor is one that was wrong before: a machine whose
 * password was changed goes on trying it, and shall not use up what others have at its address.
 */
export function guardedSignIn({ way, attempts, heldBack, key }: GuardedSignInOptions): SignIn {
  const secret = Buffer.from(key).toString('base64')
  const wrong = new LRUCache<string, true>({ max: mostWrong })
  const tagOf = ({ name, password }: Pair, address = '') =>
    hash('sha256', Buffer.concat([Buffer.from(`${secret} ${address} ${name}:`), password]), 'base64url')

  return {
    ...way,
    async prove(pair, about) {
      const { address, known } = about
      if (known) return way.prove(pair, about)
      const attempt = attempts.begin(pair.name, address)
      if (typeof attempt === 'number') {
        heldBack(address)
        throw new TooManySignIns('too many wrong passwords were sent; try again later', Math.ceil(attempt / 1000))
      }
      try {
        const proven = await way.prove(pair, about)
        attempt.succeeded()
        return proven
      } catch (error) {
        const tag = tagOf(pair, address)
        if (!(error instanceof WrongCredentials) || wrong.has(tag)) attempt.undecided()
        else {
          wrong.set(tag, true)
          attempt.failed()
        }
        throw error
      }
    },
  }
}
