import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { inParallel } from '../../concurrency/in-parallel.ts'
import { keptFresh } from '../../concurrency/kept-fresh.ts'
import { RegistryError } from '../../registry/errors.ts'
import { SealError } from '../../storage/seal.ts'
import { type KeyObjects, keyId, type StoredKey } from './key-objects.ts'

/** What tokens are signed with, the same in all replicas. */
export interface SigningKeys {
  /** To be called before the rest: a promise where what is known is too old. It rejects where nothing is known yet, and cannot be. */
  fresh(): Promise<void> | undefined
  /** What a new token is signed with. */
  current(): { readonly id: string; readonly key: KeyObject }
  /** What a token of that name is checked with; looks again, now and then, for one that is not known. `undefined`: no such key. */
  find(id: string): Promise<KeyObject | undefined>
}

export interface SigningKeysOptions {
  objects: KeyObjects
  /** How long a key signs, in milliseconds. */
  rotation: number
  /** How long the longest token lives, in milliseconds. */
  longestToken: number
  /** Nothing may be written: what is there is used, and where nothing is, a key of this process alone. */
  readOnly: boolean
  /** At least 64 random bits in a-z and 0-9. */
  randomName: () => string
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Milliseconds since 1970. */
  now: () => number
  /** A clock for durations, in milliseconds. */
  clock: () => number
}

/** A key is seen by all replicas for so long before it signs: three looks of each. Milliseconds. */
const published = 15 * 60_000
const every = 5 * 60_000
const atMost = 6 * 60_000

/** For a key that is not known, looks come no more often: anybody can write a name into a token. Milliseconds. */
const lookAgain = 5000

interface Known {
  readonly id: string
  readonly made: number
  readonly key: KeyObject
  readonly publicKey: KeyObject
}

/**
 * A ring of keys. The newest that was published long enough signs; older ones check what they have signed, as long as that lives; one that has signed
 * long enough gets a successor, which is published before it signs. So nobody is logged out.
 */
export function signingKeys(options: SigningKeysOptions): SigningKeys {
  const { objects, rotation, longestToken, readOnly, randomName, warn, now, clock } = options
  let known: ReadonlyMap<string, Known> = new Map()
  let ownKey: Known | undefined
  const unusable = new Set<string>()
  let lookedFor = Number.NEGATIVE_INFINITY
  let silent = false

  const newestFirst = (keys: Iterable<Known>) => [...keys].sort((one, other) => (one.id < other.id ? 1 : -1))

  async function read(id: string): Promise<readonly Known[]> {
    try {
      const stored = await objects.read(id)
      return stored ? [opened(stored)] : []
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      // Of another http.secret. What it has signed is refused, and clients get tokens anew.
      warn(`${error.message}; until then, tokens that it signed are refused`)
      unusable.add(id)
      return []
    }
  }

  async function look(): Promise<void> {
    const ids = await objects.ids()
    const missing = ids.filter(id => !known.has(id) && !unusable.has(id))
    const found = [...ids.flatMap(id => known.get(id) ?? []), ...(await inParallel(missing, 8, read)).flat()]
    const newest = newestFirst(found)[0]
    if (!newest || newest.made + rotation < now()) found.push(...(await add()))
    const over = readOnly ? [] : newestFirst(found).filter(isOver)
    if (over.length > 0) await objects.delete(over.map(({ id }) => id))
    known = new Map(found.filter(key => !over.includes(key)).map(key => [key.id, key]))
  }

  async function add(): Promise<readonly Known[]> {
    if (readOnly) {
      ownKey ??= opened(makeKey(now(), randomName()))
      return [ownKey]
    }
    const stored = makeKey(now(), randomName())
    await objects.write(stored)
    return [opened(stored)]
  }

  /** Whatever it signed has ended when its successor has signed for that long. */
  function isOver(_: Known, index: number, keys: readonly Known[]): boolean {
    const successor = keys[index - 1]
    return successor !== undefined && successor.made + published + longestToken + every < now()
  }

  async function lookOrSay(): Promise<void> {
    try {
      await look()
      silent = false
    } catch (error) {
      if (!silent) warn('the keys for tokens cannot be read or made; those that were known stay', { error })
      silent = true
      throw new RegistryError('UNAVAILABLE', { reason: 'the keys for tokens cannot be read' }, { cause: error })
    }
  }

  return {
    fresh: keptFresh({ look: lookOrSay, every, atMost, clock }),
    current() {
      const keys = newestFirst(known.values())
      // The first of all signs at once: there was nothing before it that others could go on with.
      const found = keys.find(({ made }) => made + published <= now()) ?? keys.at(-1)
      if (!found) throw new RegistryError('UNAVAILABLE', { reason: 'there is no key for tokens yet' })
      return found
    },
    async find(id) {
      const found = known.get(id)
      if (found || clock() - lookedFor < lookAgain) return found?.publicKey
      lookedFor = clock()
      await lookOrSay()
      return known.get(id)?.publicKey
    },
  }
}

const makeKey = (made: number, random: string): StoredKey => ({
  id: keyId(made, random),
  made,
  pem: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
})

function opened({ id, made, pem }: StoredKey): Known {
  const key = createPrivateKey(pem)
  return { id, made, key, publicKey: createPublicKey(key) }
}
