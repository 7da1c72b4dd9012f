import { randomInt } from 'node:crypto'
import { type Digest, hexOf } from '../registry/digest.ts'

/** Canonical digests, a million of which take 42 MB: raw, one behind the other, beside one table of their places, with no object for each. */
export interface DigestSet {
  readonly size: number
  /** @returns whether it was not in yet */
  add(canonical: Digest): boolean
  has(canonical: Digest): boolean
  /** The first one that was added is number 0, and so on. */
  numberOf(canonical: Digest): number | undefined
  /** In the order in which they were added. */
  values(): Iterable<Digest>
}

const length = 32
const prime = 2 ** 31 - 1

/**
 * Of a universal hash (Carter and Wegman, "Universal classes of hash functions", 1979). A manifest may name digests of nothing, so whoever pushes it could
 * choose such as all belong to one place, if he knew where each belongs.
 */
const secretFactors: readonly number[] = Array.from({ length: length / 2 }, () => randomInt(1, prime))

export function digestSet(factors = secretFactors): DigestSet {
  let digests = Buffer.alloc(512 * length)
  /** 0: free; else one more than the number of the digest that is there. */
  let table = new Uint32Array(1024)
  let size = 0
  const wanted = Buffer.alloc(length)
  const halves = new Uint16Array(wanted.buffer, wanted.byteOffset, length / 2)

  /** The place where the wanted one is, or belongs. */
  function place(): number {
    let sum = 0
    // Below 2^53, and so exact.
    for (let index = 0; index < halves.length; index += 1) sum += (halves[index] ?? 0) * (factors[index] ?? 0)
    for (let at = (sum % prime) % table.length; ; at = (at + 1) % table.length) {
      const number = (table[at] ?? 0) - 1
      if (number < 0 || digests.compare(wanted, 0, length, number * length, (number + 1) * length) === 0) return at
    }
  }

  function grow() {
    const grown = Buffer.alloc(digests.length * 2)
    digests.copy(grown)
    digests = grown
    table = new Uint32Array(table.length * 2)
    for (let number = 0; number < size; number += 1) {
      digests.copy(wanted, 0, number * length, (number + 1) * length)
      table[place()] = number + 1
    }
  }

  const placeOf = (digest: Digest) => {
    wanted.write(hexOf(digest), 'hex')
    return place()
  }

  return {
    get size() {
      return size
    },
    add(digest) {
      if (size * length === digests.length) grow()
      const at = placeOf(digest)
      if (table[at] !== 0) return false
      wanted.copy(digests, size * length)
      size += 1
      table[at] = size
      return true
    },
    has: digest => table[placeOf(digest)] !== 0,
    numberOf(digest) {
      const number = table[placeOf(digest)] ?? 0
      return number === 0 ? undefined : number - 1
    },
    *values() {
      for (let number = 0; number < size; number += 1) yield `sha256:${digests.toString('hex', number * length, (number + 1) * length)}`
    },
  }
}
