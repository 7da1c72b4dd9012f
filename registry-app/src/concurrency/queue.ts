import { type InLine, lineUp } from './line-up.ts'

/** Room for so much at once, for those who come in order. */
export interface Queue {
  /** How much is inside now. */
  readonly inside: number
  /** How many wait. */
  readonly waiting: number
  /** @returns `false` if there is no room, or somebody waits for it already */
  enterNow(amount: number): boolean
  /** Waits for room. Rejects with the signal's reason when that is aborted. */
  enter(amount: number, signal?: AbortSignal): Promise<void>
  leave(amount: number): void
}

/** Lets in up to `limit`, in order; what is larger than all of it, when nobody else is in. */
export function queue(limit: number): Queue {
  let inside = 0
  const waiting: InLine<{ amount: number }, void>[] = []
  const fits = (amount: number) => inside === 0 || inside + amount <= limit

  const admit = () => {
    for (let next = waiting[0]; next && fits(next.amount); next = waiting[0]) {
      waiting.shift()
      inside += next.amount
      next.answer()
    }
  }

  const enterNow = (amount: number) => {
    const free = waiting.length === 0 && fits(amount)
    if (free) inside += amount
    return free
  }

  return {
    get inside() {
      return inside
    },
    get waiting() {
      return waiting.length
    },
    enterNow,
    async enter(amount: number, signal?: AbortSignal): Promise<void> {
      signal?.throwIfAborted()
      if (enterNow(amount)) return
      await lineUp(waiting, { amount }, signal, admit)
    },
    leave(amount: number): void {
      inside -= amount
      admit()
    },
  }
}
