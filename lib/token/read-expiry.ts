import { UsageError } from '../usage-error.ts'

const units = { h: 3_600_000, d: 86_400_000 } as const

/**
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970; `undefined`: never
 * @throws UsageError
 */
export function readExpiry(written: string, now: number): number | undefined {
  if (written === 'never') return undefined
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(written) ?? []
  const date = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(written) ? Date.parse(written) : Number.NaN
  const time = count !== undefined ? now + Number(count) * units[unit as keyof typeof units] : date
  if (Number.isNaN(time)) throw new UsageError(`--expires ${written}: write 90d, 12h, a date such as 2030-01-31 (UTC), or never`)
  if (time <= now) throw new UsageError(`--expires ${written}: that is over`)
  return time
}
