/** A large one holds several reads of the socket: hashing and writing it costs one turn instead of eight. Bytes. */
const large = 512 * 1024
/** One read of the socket; most configs and manifests fit. Bytes. */
const small = 64 * 1024

/** What all requests together may hold in large slabs; beyond it they get small ones. Bytes. */
const limit = 16 * 1024 * 1024
/** How many of each are kept for the next request. */
const spare = 16

/** Memory for bodies on their way in: used again, not left to the garbage collector, and bounded over all requests. */
export interface Slabs {
  /** @param wanted bytes, as far as that is known */
  take(wanted: number): Buffer
  /** It may be overwritten from now on. */
  give(slab: Buffer): void
}

export function createSlabs(): Slabs {
  const free: Record<number, Buffer[]> = { [small]: [], [large]: [] }
  let outstanding = 0

  return {
    take(wanted) {
      const size = wanted > small && outstanding + large <= limit ? large : small
      outstanding += size
      return free[size]?.pop() ?? Buffer.allocUnsafeSlow(size)
    },
    give(slab) {
      outstanding -= slab.length
      const kept = free[slab.length]
      if (kept && kept.length < spare) kept.push(slab)
    },
  }
}
