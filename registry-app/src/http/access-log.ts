import type { Params } from '../api/context.ts'
import type { Route } from '../api/routes.ts'
import type { Caller } from '../auth/access.ts'
import type { Log } from '../ops/log.ts'
import type { HttpRequest, HttpResponse } from './messages.ts'

/** One request as the access log tells of it, from its headers to the end of its answer. */
export interface Exchange {
  readonly id: string
  readonly request: HttpRequest
  readonly response: HttpResponse
  /** Asked for at the beginning: a socket that is closed has none. */
  readonly remoteAddress: string | undefined
  /** Scheme and host by which the client reached us, as far as that is known. */
  readonly base: () => string | undefined
  /** In milliseconds, by the clock that durations are measured with. */
  readonly started: number
  /** Where it led, once that is known. */
  asked?: { readonly route: Route; readonly params: Params }
  /** Who asks, once that is proven. */
  caller?: Caller | undefined
  /** The same where only its end-point has found out: a token was asked for. */
  user?: string
  /** Content-Length of the answer. */
  written: number
  /** Content-Type of the answer. */
  contentType?: unknown
  /** Bytes of bodies that passed, as far as they came. */
  received: number
  sent: number
  /** The pattern of its end-point, or the path of a page; absent until that is found, and where there is none. */
  route: string | undefined
  /** Whether its body is bytes of a blob; set by `request-metrics.ts`, which counts uploads under way. */
  uploads: boolean
  /** The trace that it is part of, where traces are made. */
  traceId: string | undefined
}

/** nginx's word for a client that left. */
export const clientLeft = 499

export const statusOf = ({ response }: Pick<Exchange, 'response'>) => (response.writableFinished ? response.statusCode : clientLeft)

/** One line per request, in Distribution's field names. `_state` is left out: whoever has it can go on with the upload. */
export function logAccess(log: Log, exchange: Exchange, ended: number): void {
  const { id, request, remoteAddress, started, asked, caller, user, written, contentType, traceId } = exchange
  const { headers } = request
  log.info('response completed', {
    'http.request.id': id,
    'http.request.method': request.method,
    'http.request.host': headers.host,
    'http.request.proto': `HTTP/${request.httpVersion}`,
    'http.request.uri': withoutState(request.url ?? '').slice(0, 2048),
    'http.request.remoteaddr': remoteAddress,
    'http.request.useragent': headers['user-agent'],
    'http.request.contenttype': headers['content-type'],
    'auth.user.name': caller?.name ?? user,
    'vars.name': asked?.params.name || undefined,
    'vars.reference': asked?.params.reference || undefined,
    'vars.digest': asked?.params.digest || undefined,
    'http.response.status': statusOf(exchange),
    'http.response.contenttype': contentType,
    'http.response.written': written,
    'http.response.duration': `${(ended - started).toFixed(3)}ms`,
    trace_id: traceId,
  })
}

/** However the parameter's name is written: `%5Fstate` is read as `_state` too. */
function withoutState(url: string): string {
  if (!url.includes('?')) return url
  return url.replace(/([?&])([^=&]*)=[^&]*/g, (whole, separator, name) => (isState(name) ? `${separator}${name}=***` : whole))
}

const isState = (name: string) => name === '_state' || (name.includes('%') && new URLSearchParams(name).has('_state'))
