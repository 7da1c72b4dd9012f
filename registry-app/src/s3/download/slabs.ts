/** One of the two that a large body comes in: what the kernel has is mostly taken by one call. Bytes. */
export const slabSize = 512 * 1024

/** How many are kept for the next body. */
const spare = 16

/** Memory for bodies on their way through, used again. */
export interface Slabs {
  take(): Buffer
  /** It may be overwritten from now on. */
  give(slab: Buffer): void
}

export function createSlabs(): Slabs {
  const free: Buffer[] = []
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(slabSize),
    give(slab) {
      if (free.length < spare) free.push(slab)
    },
  }
}
