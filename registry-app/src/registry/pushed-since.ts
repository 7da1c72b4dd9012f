/** How many bytes were pushed since they were counted last. */
export interface PushedSince {
  /** In bytes. */
  size(): number
  add(bytes: number): void
  /** What was there at this moment is in the count. @param at milliseconds since 1970 */
  counted(at: number): void
}

/** Pushes are added up by the minute: those of before a count are taken away by it. */
const minute = 60_000
/** Where nothing is ever counted, the minutes of more than a day ago become one. */
const mostMinutes = 24 * 60

export function pushedSince(now: () => Date): PushedSince {
  /** By the beginning of their minute, in order; what is there together goes with the last of it. */
  const minutes = new Map<number, number>()
  let size = 0
  const mergeOldest = () => {
    const [[first, bytes] = [0, 0], [second, more] = [0, 0]] = minutes
    minutes.delete(first)
    minutes.set(second, bytes + more)
  }
  return {
    size: () => size,
    add(bytes) {
      const start = Math.floor(now().getTime() / minute) * minute
      minutes.set(start, (minutes.get(start) ?? 0) + bytes)
      size += bytes
      if (minutes.size > mostMinutes) mergeOldest()
    },
    counted(at) {
      for (const [start, bytes] of minutes) {
        if (start + minute > at) continue
        minutes.delete(start)
        size -= bytes
      }
    },
  }
}
