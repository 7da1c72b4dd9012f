import { endOfTurn } from './end-of-turn.ts'

/** Some that share this thread, in the order in which they came. */
export interface Precedence {
  /** Comes in after all that are there. */
  join(): Place
}

export interface Place {
  /** There was something to do for it. */
  worked(): void
  /**
   * Waits while there is something to do for those who came earlier.
   *
   * @returns `undefined` if it may go on at once; else what resolves when a turn of the event loop has passed that brought them nothing
   */
  giveWay(): Promise<void> | undefined
  leave(): void
}

/**
 * Whoever came first goes first, where it is this thread that they all wait for.
 *
 * Served evenly, those who begin together end together: of several large bodies nothing goes to the storage until all have come in, and then nothing comes
 * in. One after the other, the first is on its way to the storage while the next comes in, and each ends earlier but the last, which ends no later.
 *
 * @param patience each gives way in so many turns of the event loop, and is served evenly from then on: nobody waits for one that never ends
 */
export function precedence(patience: number): Precedence {
  const present = new Set<{ works: number }>()

  /** Changes whenever there was something to do for one of those who came earlier; 0 if there are none. */
  const before = (me: object) => {
    let sum = 0
    for (const other of present) {
      if (other === me) break
      sum += 1 + other.works
    }
    return sum
  }

  return {
    join() {
      const me = { works: 0 }
      let left = patience
      present.add(me)

      const wait = async (first: number) => {
        for (let seen = first; seen > 0 && left > 0; left--) {
          await endOfTurn()
          const now = before(me)
          if (now === seen) return
          seen = now
        }
      }
      return {
        worked() {
          me.works += 1
        },
        giveWay() {
          const seen = left > 0 ? before(me) : 0
          return seen > 0 ? wait(seen) : undefined
        },
        leave() {
          present.delete(me)
        },
      }
    },
  }
}
