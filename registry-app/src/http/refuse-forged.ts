import type { IncomingHttpHeaders } from 'node:http'
import { RegistryError } from '../registry/errors.ts'

/**
 * A browser that somebody has told his password sends it with a POST that any page has it send, a form or a script of another site. Whatever else
 * changes something it asks for first, and is not granted (https://fetch.spec.whatwg.org/#cors-preflight-fetch). No other client sends these headers.
 *
 * @param base by which the client reached us
 * @throws RegistryError DENIED for a POST that a page of somewhere else has sent
 */
export function refuseForged(method: string, headers: IncomingHttpHeaders, base: () => string | undefined): void {
  if (method !== 'POST' || !isFromElsewhere(headers, base)) return
  throw new RegistryError('DENIED', { reason: 'a page of another site has sent this' })
}

function isFromElsewhere(headers: IncomingHttpHeaders, base: () => string | undefined): boolean {
  // The browser's own word (https://www.w3.org/TR/fetch-metadata/), which it gives by TLS and on this machine; `none`: no page at all.
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  if (headers.origin === undefined) return false
  const origin = URL.parse(headers.origin)
  // By its scheme, which a proxy may have changed, nobody is somewhere else.
  const own = origin && URL.parse((base() ?? '').replace(/^https?:/, origin.protocol))
  return !own || own.host !== origin.host
}
