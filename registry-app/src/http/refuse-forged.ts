import type { IncomingHttpHeaders } from 'node:http'
import { RegistryError } from '../registry/errors.ts'

/**
 * What this registry's own page sends along. A page of another site cannot: for any header that forms do not send, the browser asks first, and is granted
 * what `http.headers` grants (https://fetch.spec.whatwg.org/#cors-preflight-fetch; "custom request headers" at https://cheatsheetseries.owasp.org, cross-site request forgery).
 */
const ownHeader = 'x-registry-page'

/**
 * A browser that somebody has told his password sends it with a POST that any page has it send, a form or a script of another site. Whatever else
 * changes something it asks for first. No other client sends these headers.
 *
 * @param own scheme and host of this registry: by which the client reached us, as the proxies before us let us know, and as it is configured
 * @throws RegistryError DENIED for a POST that a page of somewhere else has sent
 */
export function refuseForged(method: string, headers: IncomingHttpHeaders, own: readonly (string | undefined)[]): void {
  if (method !== 'POST' || !isFromElsewhere(headers, own)) return
  throw new RegistryError('DENIED', { reason: 'a page of another site has sent this' })
}

function isFromElsewhere(headers: IncomingHttpHeaders, own: readonly (string | undefined)[]): boolean {
  // The browser's own word (https://www.w3.org/TR/fetch-metadata/), which it gives by TLS and on this machine; `none`: no page at all.
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  if (headers.origin === undefined) return false
  // By plain HTTP there may be a proxy that says nothing of the host that the browser named.
  if (headers[ownHeader] !== undefined) return false
  const origin = URL.parse(headers.origin)
  if (!origin?.host) return true
  // Believed of everybody: no page can have a browser send it either. By its scheme, which a proxy may have changed, nobody is somewhere else.
  const forwarded = String(headers['x-forwarded-host'] ?? '').split(',')
  const bases = [...own, ...forwarded.map(each => `http://${each.trim()}`)]
  return !bases.some(base => URL.parse((base ?? '').replace(/^https?:/, origin.protocol))?.host === origin.host)
}
