import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Caller } from './gate.ts'
import type { Credential } from './users.ts'

/** Some 300 bytes each. */
const most = 10_000

/** A pair of name and password that was right. */
export interface RememberedPair {
  readonly caller: Caller & { readonly name: string }
  /** What it was checked against. */
  readonly credential: Credential
  /** By the clock that durations are measured with, in milliseconds. */
  readonly until: number
}

export interface RememberedPairs {
  /** What stands for a pair: a keyed hash, of which nobody can tell the password. */
  tagOf(credentials: string): string
  find(tag: string): RememberedPair | undefined
  remember(tag: string, pair: RememberedPair): void
}

/** @param key random, of this process: a memory image of another one, or a guess, is of no use */
export function rememberedPairs(key: Uint8Array): RememberedPairs {
  const secret = Buffer.from(key).toString('base64')
  const pairs = new LRUCache<string, RememberedPair>({ maxSize: most, sizeCalculation: () => 1 })
  return {
    // No HMAC, which would cost three times as much on the way of every request: what that is for, a tag that others see and lengthen, is not here.
    tagOf: credentials => hash('sha256', secret + credentials, 'binary'),
    // That a look-up takes another time for another tag tells nothing: tags cannot be chosen without the key.
    find: tag => pairs.get(tag),
    remember: (tag, pair) => void pairs.set(tag, pair),
  }
}
