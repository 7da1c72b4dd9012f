import { TokenRefused } from '../bearer-gate.ts'
import type { JsonObject } from './read-token.ts'

/** What two clocks may differ by; Distribution's. Milliseconds. */
export const leeway = 60_000

/** When a token counts, in milliseconds since 1970. */
export interface Period {
  readonly from: number
  readonly until: number
}

/**
 * From when to when a token counts, by what it says (RFC 7519, section 4.1), with the leeway.
 *
 * @throws TokenRefused where it does not end, or that cannot be read
 */
export function periodOf(claims: JsonObject): Period {
  const until = secondsIn(claims, 'exp')
  if (until === undefined) throw new TokenRefused('the token does not end')
  return { from: (secondsIn(claims, 'nbf') ?? 0) * 1000 - leeway, until: until * 1000 + leeway }
}

/** @throws TokenRefused where that is no whole number, as Distribution's are */
export function secondsIn(claims: JsonObject, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const seconds = claims[name]
  if (seconds === undefined || seconds === null) return undefined
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds)) throw new TokenRefused('a date of the token cannot be read')
  return seconds
}
