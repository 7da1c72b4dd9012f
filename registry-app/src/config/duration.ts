const unitsInMilliseconds = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
])

const whole = /^\+?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g

/**
 * Reads a duration as Go's `time.ParseDuration` writes it: `1h30m`, `168h`, `1.5s`, `100ms`, and a bare `0`.
 *
 * @returns whole milliseconds; what is shorter than one, but not nothing, counts as one, so that no limit turns into "no limit".
 *   `undefined` if the text is no duration, is negative, or is too long to count exactly.
 */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0
  if (!whole.test(text)) return undefined
  let sum = 0
  for (const [, amount, unit] of text.matchAll(part)) sum += Number(amount) * (unitsInMilliseconds.get(unit ?? '') ?? Number.NaN)
  const rounded = sum > 0 ? Math.max(1, Math.round(sum)) : 0
  return Number.isSafeInteger(rounded) ? rounded : undefined
}

/** As `parseDuration` reads it: `1h30m`, `168h`, `100ms`. @param milliseconds a whole number of them */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds
  let text = ''
  for (const [unit, length] of unitsToWrite) {
    const amount = Math.floor(rest / length)
    if (amount > 0) text += `${amount}${unit}`
    rest -= amount * length
  }
  return text === '' ? '0s' : text
}

const unitsToWrite = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const
