import { z } from 'zod'

/** The kinds of values that an environment file holds. Each says in its one message what is allowed, to stand behind a key's name. */

export const text = (allowed: string, pattern: RegExp) =>
  z.string({ error: `must be ${allowed}` }).regex(pattern, { error: `must be ${allowed}` })

/** A whole number; both bounds are allowed themselves. */
export const whole = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`
  return z.int({ error }).min(from, { error }).max(to, { error })
}

export const choice = <const Word extends string>(...words: readonly [Word, ...Word[]]) =>
  z.enum(words, { error: words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}` })
