import type { ApiSettings } from '../api/context.ts'

export interface LocateOptions {
  /** `http.host`: scheme and host that clients reach us by. */
  host?: string | undefined
  /** `http.prefix`, with no slash at its end. */
  prefix: string
  /** `http.relativeurls`; absent: relative unless `host` is set. */
  relativeurls?: boolean | undefined
}

/**
 * How Location and Link point at us.
 *
 * Relative by default, unlike Distribution: such a URL is right behind every proxy, whatever it makes of Host and scheme. Otherwise by the host that the
 * client named, or that a trusted proxy says it named (`forwarded.ts`).
 */
export function locator({ host, prefix, relativeurls }: LocateOptions): ApiSettings['locate'] {
  if (relativeurls === true || (relativeurls === undefined && host === undefined)) return path => prefix + path
  if (host !== undefined) return path => host + prefix + path
  return (path, { base }) => (base() ?? '') + prefix + path
}
