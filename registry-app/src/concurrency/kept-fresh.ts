export interface KeptFresh {
  /** Looks at what may have changed, and takes it over; rejects, and changes nothing, where it cannot. */
  look: () => Promise<void>
  /** How long what was seen is believed before somebody's asking has it looked at again, beside his request. Milliseconds. */
  every: number
  /** Once what was seen is older than this, because nobody has asked meanwhile, the next who asks waits for a new look. Milliseconds. */
  atMost: number
  /** Milliseconds. */
  clock: () => number
}

/**
 * Keeps something up to date while somebody asks for it, and costs nothing while nobody does.
 *
 * Where a look fails, what was seen before stays, and is asked for again as often. As long as there was none at all, each who asks waits for one,
 * and gets its failure.
 *
 * @returns a function to be called before what was seen is used: a promise where that has to be waited for
 */
export function keptFresh({ look, every, atMost, clock }: KeptFresh): () => Promise<void> | undefined {
  let state: 'unseen' | 'seen' | 'stuck' = 'unseen'
  let lookedAt = Number.NEGATIVE_INFINITY
  let underWay: Promise<void> | undefined

  const start = async () => {
    const began = clock()
    try {
      await look()
      state = 'seen'
    } catch (error) {
      if (state === 'unseen') throw error
      state = 'stuck'
    } finally {
      lookedAt = began
      underWay = undefined
    }
  }

  return () => {
    const age = clock() - lookedAt
    if (state !== 'unseen' && age < every) return undefined
    underWay ??= start()
    if (state === 'unseen' || (state === 'seen' && age > atMost)) return underWay
    return undefined
  }
}
