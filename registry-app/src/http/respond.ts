import type { Reply, ReplyHeaders } from '../api/reply.ts'
import type { Exchange } from './access-log.ts'
import { stillWaits } from './expect-continue.ts'
import { lingerTime } from './linger-time.ts'
import type { HttpRequest } from './messages.ts'
import { giveUpWhenStalled, pump } from './pump.ts'

/** So much of a body that nobody wants is read and thrown away, so that the client gets to see the answer. Bytes. */
const unreadLimit = 256 * 1024

/**
 * Writes the answer. Resolves when the last byte of a body that is streamed is with the kernel; any other is held for a client that takes it, or for as long as
 * one may stall.
 *
 * @param always headers that every answer has unless it has its own
 * @throws ClientGone if the client left or stalled
 */
export async function respond(exchange: Exchange, reply: Reply, always: ReplyHeaders, stallTimeout: number): Promise<void> {
  const { request, response } = exchange
  const { status, body } = reply
  const whole = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  const length = whole && body !== undefined ? Buffer.byteLength(body) : reply.headers?.['content-length']
  // A stream of HTTP/2 ends by itself, and takes nothing else with it.
  const alone = request.httpVersionMajor >= 2
  const lingers = !alone && !request.complete && !request.readableEnded && isTooMuchUnread(request)
  const last = !alone && (lingers || stillWaits(request) || isUnsure(request) || reply.headers?.connection === 'close')
  exchange.written = Number(length ?? 0)
  exchange.contentType = reply.headers?.['content-type']

  // In one call: each `setHeader` would cost as much as all of it.
  response.writeHead(status, flat({ ...always, ...reply.headers, 'content-length': length, connection: last ? 'close' : undefined }))
  if (!whole) return pump(response, body, { stallTimeout, passed: exchange })
  const content = request.method === 'HEAD' ? undefined : body
  if (content !== undefined) exchange.sent = exchange.written
  if (lingers) await sendBeforeTheEnd(exchange, content)
  response.end(lingers ? undefined : content)
  // What the kernel did not take at once is held in memory until the client takes it.
  if (response.writableLength > 0) giveUpWhenStalled(response, stallTimeout)
}

/** Names and values in turn, as `writeHead` takes them. */
function flat(headers: ReplyHeaders): string[] {
  const pairs: string[] = []
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    if (typeof value === 'object') for (const each of value) pairs.push(name, each)
    else pairs.push(name, String(value))
  }
  return pairs
}

/** After a request to speak another protocol Node drops what came with it, so where the next one begins is anybody's guess. */
const isUnsure = ({ headers }: HttpRequest) => headers.upgrade !== undefined

/** The answer comes before the body has been read: take in a little more for the connection's sake. @returns whether it is more than that */
function isTooMuchUnread(request: HttpRequest): boolean {
  const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  const hasBody = request.headers['transfer-encoding'] !== undefined || (Number.isFinite(length) && length > 0)
  if (!hasBody || stillWaits(request)) return false
  request.resume()
  return length > unreadLimit
}

/**
 * The client may still be sending, and look for the answer only after. A connection that is closed with bytes unread is reset, and the client's kernel
 * then drops what the client has not read: so the answer goes first, and what comes is taken until the client has noticed (RFC 9112, section 9.6).
 */
async function sendBeforeTheEnd({ request, response }: Exchange, content: string | Uint8Array | undefined): Promise<void> {
  if (content === undefined) response.flushHeaders()
  else response.write(content)
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, lingerTime)
    const over = () => {
      clearTimeout(timer)
      resolve()
    }
    request.once('end', over).once('close', over)
  })
}
