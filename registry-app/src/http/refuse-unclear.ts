import type { Reply } from '../api/reply.ts'
import { RegistryError } from '../registry/errors.ts'
import { errorReply } from './error-reply.ts'
import type { HttpRequest } from './messages.ts'

/** So many headers a request may have; HTTP/2 allows as many in Node. Beyond its own limit Node drops them in silence. */
export const maxHeaders = 128

/** RFC 3986, section 3.2: a name, an IPv4 or a bracketed IPv6 address, and a port. */
const host = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d{0,5})?$/i

/**
 * What Node lets pass although two programs could read it as two different requests. A proxy before us may be the other one.
 *
 * @returns the refusal, after which the connection is closed; `undefined` for a request that is clear
 */
export function refuseUnclear({ headers, rawHeaders, httpVersionMajor, httpVersionMinor }: HttpRequest): Reply | undefined {
  if (rawHeaders.length >= 2 * maxHeaders) return refusal(431, `a request has at most ${maxHeaders - 1} headers`)
  // Node takes the first of several (RFC 9112, section 3.2).
  if ((headers.host !== undefined && !host.test(headers.host)) || hasTwoHosts(rawHeaders)) {
    return refusal(400, 'a request has one Host, a name with or without a port')
  }
  const coding = headers['transfer-encoding']
  if (coding === undefined) return undefined
  // RFC 9112, section 6.1.
  if (httpVersionMajor === 1 && httpVersionMinor === 0) return refusal(400, 'HTTP/1.0 knows no Transfer-Encoding')
  if (coding.toLowerCase() !== 'chunked') return refusal(501, 'the only Transfer-Encoding is chunked')
  return undefined
}

function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let found = false
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length !== 4 || name.toLowerCase() !== 'host') continue
    if (found) return true
    found = true
  }
  return false
}

function refusal(status: number, reason: string): Reply {
  const reply = errorReply(new RegistryError('UNSUPPORTED', { reason }, { status }))
  return { ...reply, headers: { ...reply.headers, connection: 'close' } }
}
