import { inParallel } from '../../concurrency/in-parallel.ts'
import type { CallOptions, Key, StorageDriver } from '../../storage/driver.ts'
import type { Digest } from '../digest.ts'
import { RegistryError } from '../errors.ts'
import { rescuePath } from '../paths.ts'
import { announcedBatches } from './announced-batches.ts'
import { condemnedView, isListed } from './condemned-view.ts'
import type { Timings } from './timings.ts'

/**
 * What one request relies upon while garbage is collected beside it: rules a, b and c of `docs/garbage-collection.md`. Nobody who does not ask
 * here may tell a client that something is there.
 */
export interface Reliance {
  /**
   * Rules a and b: to be called before the request relies on these, or stores them. Those that are condemned are rescued, and no delete of them is under
   * way any more when this returns; whatever was remembered of them has to be looked at anew.
   *
   * @returns those
   */
  claim(things: readonly Thing[]): Promise<ReadonlySet<Digest>>
  /** Whether all keys of a thing are there: now, and not as somebody remembers it. */
  isThere(thing: Thing): Promise<boolean>
  /** It also relies on something that was last seen this many milliseconds ago: bytes that an earlier request stored. */
  since(age: number): void
  /** Rule c: to be called after the last write, before the client is told. @returns whether what was claimed can be relied upon */
  holds(): Promise<boolean>
  /** The same. @throws RegistryError UNAVAILABLE where it cannot: a second try will look anew */
  confirm(): Promise<void>
}

export interface Thing {
  readonly digest: Digest
  /** The objects that must be there when the client is told: its data, and the link that lets the repository serve it. */
  readonly keys: readonly Key[]
}

export interface Reliances {
  begin(options?: CallOptions): Reliance
}

export interface ReliancesOptions {
  driver: StorageDriver
  timings: Timings
  /** How long this process believes what it saw, in milliseconds. Less than a quarter of the grace. */
  believedFor: number
  /** Milliseconds that never go back, nor stand still while the machine is suspended. */
  clock: () => number
  sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>
  randomName: () => string
  /** Told where a list says a shorter grace than the one that is configured here. */
  warn?: ((message: string) => void) | undefined
  /** For tests: what happens without a rule. */
  without?: { readonly [Rule in WritersRule]?: boolean } | undefined
}

export type WritersRule = 'view' | 'rescue' | 'batches' | 'wait' | 'margin' | 'lookAgain' | 'refuseListed'

/** Things looked at, or rescued, at the same time. */
const breadth = 16
/** How often a request that is slower than half the grace looks again before it gives up. */
const patience = 3

export function reliances(options: ReliancesOptions): Reliances {
  const { driver, timings, believedFor, clock, sleep, randomName, without = {} } = options
  const view = condemnedView(driver, clock, timings.viewage)
  const margin = without.margin ? 0 : timings.margin
  const batches = announcedBatches(driver, margin)
  let grace = timings.grace

  /** Every process must go by the same grace: the shortest that is seen counts. */
  const heed = (lists: Iterable<{ grace: number }>) => {
    for (const list of lists) {
      if (list.grace >= grace) continue
      options.warn?.(
        `garbage is collected here with storage.maintenance.garbagecollect.grace ${list.grace / 1000}s, and ${grace / 1000}s is configured: ` +
          'every process that writes to this storage must have the same; the shorter one counts now',
      )
      grace = list.grace
    }
  }

  async function untilCarriedOut(deadline: number, call: CallOptions) {
    for (;;) {
      const { earliest } = await driver.time(call)
      const left = deadline + margin - earliest
      if (left < 0) return
      await sleep(Math.max(left + 1, 100), call.signal)
    }
  }

  function begin(call: CallOptions = {}): Reliance {
    const claimed = new Map<Digest, Set<Key>>()
    const rescues = new Map<Digest, number>()
    /** What is remembered, and a read that is shared with others, may be so old already. */
    let oldest = clock() - believedFor - timings.viewage
    const isOld = (at: number) => clock() - at >= grace / 2

    async function rescue(digest: Digest) {
      const at = clock()
      await driver.put(rescuePath(digest, randomName()), new Uint8Array(), call)
      rescues.set(digest, at)
    }

    async function isThere({ keys }: Pick<Thing, 'keys'>): Promise<boolean> {
      const found = await inParallel(keys, breadth, key => driver.stat(key, call))
      return found.every(object => object !== undefined)
    }

    async function lookAgain(): Promise<boolean> {
      const at = clock()
      const seen = await view.fresh(call)
      heed(seen.lists.values())
      const rescued = (digest: Digest) => !isOld(rescues.get(digest) ?? Number.NEGATIVE_INFINITY)
      const listed = [...claimed.keys()].filter(digest => isListed(seen, digest))
      if (!without.refuseListed && !listed.every(rescued)) return false
      for (const keys of claimed.values()) if (!(await isThere({ keys: [...keys] }))) return false
      oldest = Math.min(at, ...listed.map(digest => rescues.get(digest) ?? at))
      return true
    }

    const reliance: Reliance = {
      isThere,

      async claim(things) {
        if (things.length === 0) return new Set()
        for (const { digest, keys } of things) claimed.set(digest, new Set([...(claimed.get(digest) ?? []), ...keys]))
        if (without.view) return new Set()
        const seen = await view.recent(call)
        heed(seen.lists.values())
        oldest = Math.min(oldest, seen.at)
        if (seen.lists.size === 0) return new Set()
        const condemned = [...new Set(things.map(({ digest }) => digest))].filter(digest => isListed(seen, digest))
        if (condemned.length === 0) return new Set()
        if (!without.rescue) await inParallel(condemned, breadth, rescue)
        const deadline = without.batches ? undefined : await batches.latestNaming(condemned, call)
        if (deadline !== undefined && !without.wait) await untilCarriedOut(deadline, call)
        return new Set(condemned)
      },

      since(age) {
        oldest = Math.min(oldest, clock() - age)
      },

      async holds() {
        if (without.lookAgain) return true
        for (let looks = 0; isOld(oldest); looks += 1) {
          if (looks === patience || !(await lookAgain())) return false
        }
        return true
      },

      async confirm() {
        if (!(await reliance.holds()))
          throw new RegistryError('UNAVAILABLE', {
            reason: 'what this request relies on may have been collected as garbage since it began: try again',
          })
      },
    }
    return reliance
  }

  return { begin }
}

/** Where nothing is ever collected: everything can be relied upon. */
export const nothingCollected: Reliances = {
  begin: () => ({
    claim: async () => new Set(),
    isThere: async () => true,
    since: () => {},
    holds: async () => true,
    confirm: async () => {},
  }),
}
