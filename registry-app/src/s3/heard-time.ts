/** The store's clock, as its latest answer told it in its `Date`: whole seconds, of some moment between the question and the answer. */
export interface HeardTime {
  /** @param asked, answered by this process's clock, in milliseconds */
  hear(date: Date | undefined, asked: number, answered: number): void
  /** It is between these now. Milliseconds since 1970. @returns `undefined` if nothing was heard for a while: then the clocks may have gone apart */
  now(): { earliest: number; latest: number } | undefined
}

/** Milliseconds. */
const believedFor = 60_000

/** @param clock milliseconds that never go back */
export function heardTime(clock: () => number): HeardTime {
  let last: { date: number; asked: number; answered: number } | undefined
  return {
    hear(date, asked, answered) {
      if (date) last = { date: date.getTime(), asked, answered }
    },
    now() {
      const at = clock()
      if (!last || at - last.answered > believedFor) return undefined
      return { earliest: last.date + Math.floor(at - last.answered), latest: last.date + 1000 + Math.ceil(at - last.asked) }
    },
  }
}
