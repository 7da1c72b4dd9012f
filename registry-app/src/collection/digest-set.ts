import { type Digest, hexOf } from '../registry/digest.ts'

/** Canonical digests, a million of which take 75 MB: raw, in one open-addressed table, with no object for each. */
export interface DigestSet {
  readonly size: number
  /** @returns whether it was not in yet */
  add(canonical: Digest): boolean
  has(canonical: Digest): boolean
  /** The first one that was added is number 0, and so on. */
  numberOf(canonical: Digest): number | undefined
  values(): Iterable<Digest>
}

const length = 32

export function digestSet(): DigestSet {
  let capacity = 1024
  let table = Buffer.alloc(capacity * length)
  /** 0: free; else one more than its number. */
  let taken = new Uint32Array(capacity)
  let size = 0
  const wanted = Buffer.alloc(length)

  /** The place where it is, or belongs. */
  function placeOf(raw: Buffer): number {
    for (let place = raw.readUInt32LE(0) % capacity; ; place = (place + 1) % capacity) {
      const start = place * length
      if (taken[place] === 0 || table.compare(raw, 0, length, start, start + length) === 0) return place
    }
  }

  function put(raw: Buffer, number: number): boolean {
    const place = placeOf(raw)
    if (taken[place] !== 0) return false
    raw.copy(table, place * length)
    taken[place] = number + 1
    return true
  }

  function grow() {
    const [old, used] = [table, taken]
    capacity *= 2
    table = Buffer.alloc(capacity * length)
    taken = new Uint32Array(capacity)
    for (let place = 0; place < used.length; place += 1) {
      const number = used[place] ?? 0
      if (number > 0) put(old.subarray(place * length, (place + 1) * length), number - 1)
    }
  }

  const raw = (digest: Digest) => {
    wanted.write(hexOf(digest), 'hex')
    return wanted
  }

  return {
    get size() {
      return size
    },
    add(digest) {
      if (size * 4 >= capacity * 3) grow()
      const added = put(raw(digest), size)
      if (added) size += 1
      return added
    },
    has: digest => taken[placeOf(raw(digest))] !== 0,
    numberOf(digest) {
      const number = taken[placeOf(raw(digest))] ?? 0
      return number === 0 ? undefined : number - 1
    },
    *values() {
      for (let place = 0; place < capacity; place += 1) {
        if (taken[place] !== 0) yield `sha256:${table.toString('hex', place * length, (place + 1) * length)}`
      }
    },
  }
}
