import { expect } from 'vitest'

/** For what happens soon after an answer, such as its line in the log: looks often, and gives a busy machine time. */
export const eventually = (look: () => unknown) => expect.poll(look, { timeout: 15_000, interval: 10 })
