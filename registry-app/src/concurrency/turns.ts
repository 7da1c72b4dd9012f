/** One piece of work after the other, and a bounded number of those that wait. */
export interface Turns {
  /** How much waits for its turn. */
  readonly waiting: number
  /**
   * Does the work when its turn comes.
   *
   * @param whose nobody may have more than a part of the places
   * @param ahead goes before all others, and takes none of their places
   * @returns `undefined` if there is no place
   */
  take<Result>(whose: string, ahead: boolean, work: () => Promise<Result>): Promise<Result> | undefined
}

/** @param places how many may wait, and how many of them may be of one */
export function turns(places: { readonly all: number; readonly each: number }): Turns {
  const waiting: (() => Promise<void>)[] = []
  const urgent: (() => Promise<void>)[] = []
  const held = new Map<string, number>()
  let running = false

  const run = async () => {
    running = true
    for (let next = urgent.shift() ?? waiting.shift(); next; next = urgent.shift() ?? waiting.shift()) await next()
    running = false
  }

  const release = (whose: string) => {
    const left = (held.get(whose) ?? 0) - 1
    if (left > 0) held.set(whose, left)
    else held.delete(whose)
  }

  return {
    get waiting() {
      return waiting.length + urgent.length
    },

    take(whose, ahead, work) {
      const mine = held.get(whose) ?? 0
      if (!ahead && (waiting.length >= places.all || mine >= places.each)) return undefined
      if (!ahead) held.set(whose, mine + 1)
      return new Promise((resolve, reject) => {
        const turn = async () => {
          await work().then(resolve, reject)
          if (!ahead) release(whose)
        }
        ;(ahead ? urgent : waiting).push(turn)
        if (!running) void run()
      })
    },
  }
}
