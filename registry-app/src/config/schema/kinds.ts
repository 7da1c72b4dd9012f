import * as z from 'zod/mini'
import { parseDuration } from '../duration.ts'
import { compileGoRegExp } from '../go-regexp.ts'
import { parseSize } from '../size.ts'
import { type KeyFacts, keyFacts } from './key.ts'

/** The kinds of values that keys have. Each knows how it is read, what the page calls it, and what a complaint says is allowed. */

export const text = () => kind(z.string(), { scalar: 'text', type: 'text', allowed: 'text' })

export const flag = () => kind(z.boolean(), { scalar: 'flag', type: 'true, false', allowed: 'true or false' })

/** @returns `'auto'` where the registry finds out itself */
export const flagOrAuto = () =>
  kind(z.union([z.boolean(), z.literal('auto')]), { scalar: 'flag', type: 'true, false, auto', allowed: 'true, false or auto' })

/** One word of several; upper and lower case are the same, as they are to Distribution. */
export const choice = <const Word extends string>(...words: readonly Word[]) =>
  kind(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((word: string) => word.toLowerCase()),
      ),
      z.enum(words as readonly [Word, ...Word[]]),
    ),
    { scalar: 'text', type: words.join(', '), allowed: words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}` },
  )

/** A whole number; both bounds are allowed themselves. */
export const whole = ({ from, to = Number.MAX_SAFE_INTEGER }: { from: number; to?: number }) =>
  kind(z.number().check(z.int(), z.gte(from), z.lte(to)), { scalar: 'whole', type: 'number', allowed: `a whole number${range(from, to)}` })

/** An amount of money, as it is written: `0.0004`. @returns a number */
export const price = () =>
  kind(
    z.pipe(
      z.string().check(z.regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a price such as 0.005')),
      z.transform((written: string) => Number(written)),
    ),
    { scalar: 'text', type: 'price', allowed: 'a price such as 0.005' },
  )

/** Text that may be left empty, as a variable often is: that is the same as not giving it. */
export const textOrNothing = () =>
  z.pipe(
    z.optional(text()),
    z.transform((written: string | undefined) => (written === '' ? undefined : written)),
  )

/** Both bounds are allowed themselves, in milliseconds. @returns milliseconds */
export const duration = ({ from = 0, to = Number.MAX_SAFE_INTEGER }: { from?: number; to?: number } = {}) =>
  kind(
    z.pipe(
      z.string(),
      z.transform((written: string, context) => {
        const milliseconds = parseDuration(written)
        if (milliseconds !== undefined && milliseconds >= from && milliseconds <= to) return milliseconds
        const message = milliseconds === undefined ? notADuration(written) : outOf(milliseconds < from ? ['least', from] : ['most', to])
        context.issues.push({ code: 'custom', input: written, message })
        return z.NEVER
      }),
    ),
    { scalar: 'text', type: 'duration', allowed: 'a duration such as 10s, 1h30m or 100ms' },
  )

/** @returns bytes */
export const size = ({ from = 0 }: { from?: number } = {}) =>
  kind(
    z.pipe(
      z.string(),
      z.transform((written: string, context) => {
        const bytes = parseSize(written)
        if (bytes !== undefined && bytes >= from) return bytes
        const message =
          bytes === undefined
            ? 'must be a size such as 500MB, 10GB, 1.5TB, 10GiB, or bytes without a unit'
            : `must be at least ${from} bytes`
        context.issues.push({ code: 'custom', input: written, message })
        return z.NEVER
      }),
    ),
    { scalar: 'text', type: 'size', allowed: 'a size such as 500MB, 10GB or 10GiB' },
  )

/** A longer timer than this fires at once in Node: its delay is a signed 32-bit number of milliseconds. */
export const longestTimer = 24 * 24 * 3_600_000

/** A regular expression in Go's syntax, tried at once, and kept as text: `compileGoRegExp` makes it one. */
export const pattern = () =>
  kind(
    z.string().check(({ value, issues }) => {
      try {
        compileGoRegExp(value)
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        issues.push({ code: 'custom', input: value, message: `must be a regular expression: ${error.message}` })
      }
    }),
    { scalar: 'text', type: 'regular expression', allowed: 'a regular expression' },
  )

/** Whatever a person likes to write. */
export const anything = () => kind(z.unknown(), { scalar: 'any', type: 'anything', allowed: 'a value' })

function kind<Schema extends z.core.$ZodType>(schema: Schema, facts: KeyFacts): Schema {
  keyFacts.add(schema, facts)
  return schema
}

function range(from: number, to: number): string {
  if (to < Number.MAX_SAFE_INTEGER) return ` from ${from} to ${to}`
  return from > Number.MIN_SAFE_INTEGER ? ` from ${from}` : ''
}

const hour = 3_600_000

function outOf([side, bound]: readonly [side: 'least' | 'most', bound: number]): string {
  const written =
    bound < hour ? `${bound / 1000}s` : bound < 48 * hour ? `${bound / hour}h` : `${bound / hour / 24} days (${bound / hour}h)`
  return `must be at ${side} ${written}`
}

function notADuration(written: string): string {
  if (/^\d+(\.\d+)?$/.test(written)) return `must have a unit: ${written}s for seconds, ${written}m for minutes, ${written}h for hours`
  return 'must be a duration such as 10s, 1h30m or 100ms'
}
