import type { CallOptions, Key, ObjectInfo, StorageDriver } from '../storage/driver.ts'
import { asDigest, type Digest } from './digest.ts'
import { damagedPath, damagedUnder } from './paths.ts'

/**
 * Blobs that were found to be damaged as they lie in the storage, and are served no more. Nothing is moved or deleted for that: a mark beside them says which object is
 * meant, by when it was stored and how large it is. Whoever pushes the same content stores another object, which no mark is about.
 */
export interface Quarantine {
  /** Whether one of these names is marked: then the object has to be looked at. Costs no request, but for a list of all marks now and then, beside whoever asks. */
  suspects(...names: readonly Digest[]): boolean
  /** Whether it is this very object that is damaged. */
  holds(object: ObjectInfo, ...names: readonly Digest[]): boolean
  /** Reads the marks anew. */
  look(options?: CallOptions): Promise<void>
}

/** One object under a digest, told from an earlier and a later one. */
export type Version = string

/** In seconds, since a store tells no more by each of its ways. */
export const versionOf = ({ modified, size }: ObjectInfo): Version => `${Math.floor(modified.getTime() / 1000)}-${size}`

export interface Mark {
  readonly key: Key
  readonly digest: Digest
  readonly version: Version
}

export async function* marks(driver: StorageDriver, options?: CallOptions): AsyncGenerator<Mark> {
  for await (const { objects } of driver.list(damagedPath, options)) {
    for (const { key } of objects) {
      const [algorithm, hex, version] = key.slice(damagedPath.length).split('/')
      const digest = asDigest(`${algorithm}:${hex}`)
      if (digest && version) yield { key, digest, version }
    }
  }
}

/** @param facts for whoever looks into the storage */
export async function mark(driver: StorageDriver, digest: Digest, object: ObjectInfo, facts: object, options?: CallOptions): Promise<void> {
  await driver.put(damagedUnder(digest) + versionOf(object), Buffer.from(JSON.stringify(facts)), options)
}

/** How old what is known of the marks may be: so much longer other replicas serve what one has found. Milliseconds. */
const every = 5 * 60_000

/** @param clock milliseconds */
export function quarantine(driver: StorageDriver, clock: () => number): Quarantine {
  let known: ReadonlyMap<Digest, ReadonlySet<Version>> = new Map()
  let lookedAt = Number.NEGATIVE_INFINITY
  let begun = 0
  let taken = 0

  async function look(options?: CallOptions) {
    lookedAt = clock()
    const turn = ++begun
    const found = new Map<Digest, Set<Version>>()
    for await (const { digest, version } of marks(driver, options)) found.set(digest, (found.get(digest) ?? new Set()).add(version))
    // One that began earlier may end later, and knows less.
    if (turn < taken) return
    taken = turn
    known = found
  }

  const lookNowAndThen = () => {
    // A store that is away is told of by what is asked of it, and what was known stays.
    if (clock() - lookedAt >= every) look().catch(() => {})
  }

  return {
    look,
    suspects(...names) {
      lookNowAndThen()
      return known.size > 0 && names.some(name => known.has(name))
    },
    holds(object, ...names) {
      lookNowAndThen()
      return known.size > 0 && names.some(name => known.get(name)?.has(versionOf(object)))
    },
  }
}

/** Where nobody looks for damage. */
export const nothingQuarantined: Quarantine = { suspects: () => false, holds: () => false, look: async () => {} }
