import { inParallel } from '../concurrency/in-parallel.ts'
import { keptFresh } from '../concurrency/kept-fresh.ts'
import { RegistryError } from '../registry/errors.ts'

export interface StoredObjectsOptions<Value> {
  /** What they are, for messages: `the users in the storage`. */
  what: string
  /** The keys of all. */
  list: (signal: AbortSignal) => Promise<readonly string[]>
  /** @returns `undefined` if it is gone since it was listed */
  read: (key: string, signal: AbortSignal) => Promise<Value | undefined>
  /** Is given all of them whenever they were looked at. */
  take: (values: ReadonlyMap<string, Value>) => void
  /** Is told what somebody has to look after. */
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Milliseconds. */
  clock: () => number
}

/** Listed so often while somebody signs in: with what a list may take, a change is known everywhere within 30 s. Milliseconds. */
const every = 20_000
const atMost = 25_000
const patience = 5000

/**
 * Follows objects of the storage that are made and deleted, and never changed, for all replicas: one list, and a read of each that is new. While the
 * storage is away, those that were known stay.
 *
 * @returns a function to be called before what was taken is used: a promise where that has to be waited for
 */
export function storedObjects<Value>({
  what,
  list,
  read,
  take,
  warn,
  clock,
}: StoredObjectsOptions<Value>): () => Promise<void> | undefined {
  let known: ReadonlyMap<string, Value> = new Map()
  let silent = false

  async function look(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(patience)
      const keys = await list(signal)
      const missing = keys.filter(key => !known.has(key))
      const found = new Map(await inParallel(missing, 8, async key => [key, await read(key, signal)] as const))
      // What is gone since it was listed is another object by now: the next look finds that.
      known = new Map(
        keys.flatMap(key => {
          const value = known.get(key) ?? found.get(key)
          return value === undefined ? [] : [[key, value] as const]
        }),
      )
      take(known)
      silent = false
    } catch (error) {
      if (!silent) warn(`${what} cannot be read; those who were known stay`, { error })
      silent = true
      throw new RegistryError('UNAVAILABLE', { reason: `${what} cannot be read` }, { cause: error })
    }
  }

  return keptFresh({ look, every, atMost, clock })
}
