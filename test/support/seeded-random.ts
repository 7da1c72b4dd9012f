export interface Random {
  /** At least `from`, less than `to`. */
  whole(from: number, to: number): number
  bytes(count: number): Buffer<ArrayBuffer>
}

/** The same numbers for the same seed (mulberry32), so that a run that failed can be had again. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    whole: (from, to) => from + (next() % (to - from)),
    bytes(count) {
      const bytes = Buffer.allocUnsafe(count)
      for (let at = 0; at < count; at += 4) bytes.writeUIntLE(next() >>> (8 * Math.max(0, at + 4 - count)), at, Math.min(4, count - at))
      return bytes
    },
  }
}
