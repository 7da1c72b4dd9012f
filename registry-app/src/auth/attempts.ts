import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { placeOf } from './place.ts'

export interface AttemptsOptions {
  /** How many wrong ones in a row cost nothing. */
  allowed: number
  /** The longest that somebody has to wait for the next one. Milliseconds. */
  longest: number
  /** After so long without a wrong one they are forgotten. Milliseconds. */
  forget: number
  /** A clock for durations, in milliseconds. */
  clock: () => number
}

/** A sign-in under way; one of these has to be called when it has ended. */
export interface Attempt {
  /** What this user did wrong from here is forgotten. */
  succeeded(): void
  failed(): void
  /** It is not known, or was no guess: nothing is counted. */
  undecided(): void
}

export interface Attempts {
  /** @returns an attempt, or in how many milliseconds one may be made */
  begin(user: string, address: string | undefined): Attempt | number
}

/** What is known of so many addresses, and users; some 200 bytes each. */
const most = 20_000
/** The first wait; each further one is twice the one before. Milliseconds. */
const firstWait = 1000

interface Count {
  wrong: number
  /** When the next may be made. */
  openAt: number
  /** When the last one was wrong. */
  last: number
  underWay: number
}

type Counts = LRUCache<string, Count>

/**
 * Holds back those who guess passwords, and nobody else for long.
 *
 * Wrong ones are counted for an address, and for a user among all the addresses of one network. Beyond what is allowed they are tried one by one, and each
 * costs a wait, twice as long as the last, up to the longest; who comes earlier is told so, and makes it no longer. So nobody can keep a user out from
 * elsewhere. An address from which that user has signed in before is counted by itself, for him alone: what others do from there, or with his name from
 * elsewhere, does not concern him.
 */
export function attempts({ allowed, longest, forget, clock }: AttemptsOptions): Attempts {
  const counts = () => new LRUCache<string, Count>({ max: most })
  const [ofPlaces, ofUsers, ofGood] = [counts(), counts(), counts()]

  /** Those that concern this attempt. */
  function concerned(user: string, address: string | undefined): readonly (readonly [Counts, string])[] {
    const { place, network } = placeOf(address)
    // A name can be as long as a header; this cannot.
    const own = (where: string) => hash('sha256', `${where} ${user}`, 'base64url')
    const good = own(place)
    return ofGood.has(good)
      ? [[ofGood, good]]
      : [
          [ofPlaces, place],
          [ofUsers, own(network)],
        ]
  }

  function knownOf(counts: Counts, key: string, time: number): Count | undefined {
    const found = counts.get(key)
    return found && (found.underWay > 0 || time - found.last < forget) ? found : undefined
  }

  function countOf(counts: Counts, key: string, time: number): Count {
    const found = knownOf(counts, key, time)
    if (found) return found
    const made = { wrong: 0, openAt: 0, last: time, underWay: 0 }
    counts.set(key, made)
    return made
  }

  function waitFor(count: Count | undefined, time: number): number {
    if (!count || count.wrong < allowed) return 0
    return count.underWay > 0 ? firstWait : Math.max(0, count.openAt - time)
  }

  function fail(count: Count): void {
    count.wrong += 1
    count.last = clock()
    if (count.wrong >= allowed) count.openAt = count.last + Math.min(longest, firstWait * 2 ** Math.min(count.wrong - allowed, 30))
  }

  return {
    begin(user, address) {
      const time = clock()
      const all = concerned(user, address)
      const wait = Math.max(...all.map(([counts, key]) => waitFor(knownOf(counts, key, time), time)))
      // Nothing is remembered of it: by many names, whoever is held back would have others forgotten.
      if (wait > 0) return wait
      const found = all.map(([counts, key]) => countOf(counts, key, time))
      for (const count of found) count.underWay += 1
      const ended = () => {
        for (const count of found) count.underWay -= 1
      }
      return {
        undecided: ended,
        failed() {
          ended()
          found.forEach(fail)
        },
        succeeded() {
          ended()
          const { place, network } = placeOf(address)
          ofUsers.delete(hash('sha256', `${network} ${user}`, 'base64url'))
          const good = countOf(ofGood, hash('sha256', `${place} ${user}`, 'base64url'), time)
          Object.assign(good, { wrong: 0, openAt: 0 })
        },
      }
    },
  }
}
