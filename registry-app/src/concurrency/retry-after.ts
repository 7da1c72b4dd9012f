/** The header `Retry-After` (RFC 9110, section 10.2.3) in milliseconds from now; `undefined` if there is none that can be read. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  // What JavaScript takes for a date is more than HTTP does: -5 is one.
  const until = /^[A-Z][a-z]/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(until) ? undefined : Math.max(0, until - now.getTime())
}
