/** `1.2 GB`, by powers of 1000 as docker and the stores' bills count. */
export function bytes(size: number | undefined, language: string): string {
  if (size === undefined) return '–'
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const power = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3))
  const value = size / 1000 ** power
  return `${value.toLocaleString(language, { maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1 })} ${units[power]}`
}

export function time(iso: string | undefined, language: string): string {
  if (!iso || Number.isNaN(Date.parse(iso))) return '–'
  return new Date(iso).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })
}

/** How long ago, or the date where that is long. */
export function ago(iso: string | undefined, language: string, now = Date.now()): string {
  const then = Date.parse(iso ?? '')
  if (Number.isNaN(then)) return '–'
  const seconds = Math.round((then - now) / 1000)
  const steps: readonly [number, Intl.RelativeTimeFormatUnit][] = [
    [60, 'second'],
    [3600, 'minute'],
    [86_400, 'hour'],
    [30 * 86_400, 'day'],
  ]
  const index = steps.findIndex(([limit]) => Math.abs(seconds) < limit)
  const unit = steps[index]?.[1]
  if (unit === undefined) return new Date(then).toLocaleDateString(language, { dateStyle: 'medium' })
  const divisor = steps[index - 1]?.[0] ?? 1
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(seconds / divisor), unit)
}

/** `2 days`, `10 minutes`: never more than it is. */
export function period(milliseconds: number, language: string): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ] as const
  const [length, unit] = units.find(([length]) => milliseconds >= length) ?? units[3]
  return Math.floor(milliseconds / length).toLocaleString(language, { style: 'unit', unit, unitDisplay: 'long' })
}

/** Small amounts are shown to the digit that matters. */
export function money(amount: number, currency: string, language: string): string {
  const digits = amount >= 1 || amount === 0 ? 2 : 4
  return amount.toLocaleString(language, { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: digits })
}

/** `sha256:0123456789ab`: what docker shows. */
export const short = (digest: string) => digest.slice(0, digest.indexOf(':') + 13)
