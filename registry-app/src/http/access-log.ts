import type { Log } from '../ops/log.ts'
import type { HttpRequest, HttpResponse } from './messages.ts'

/** One request as the access log tells of it, from its headers to the end of its answer. */
export interface Exchange {
  readonly id: string
  readonly request: HttpRequest
  readonly response: HttpResponse
  /** Asked for at the beginning: a socket that is closed has none. */
  readonly remoteAddress: string | undefined
  /** In milliseconds, by the clock that durations are measured with. */
  readonly started: number
  /** Content-Length of the answer. */
  written: number
}

/** One line per request, in Distribution's field names. `_state` is left out: whoever has it can go on with the upload. */
export function logAccess(log: Log, { id, request, response, remoteAddress, started, written }: Exchange, ended: number): void {
  log.info('response completed', {
    'http.request.id': id,
    'http.request.method': request.method,
    'http.request.proto': `HTTP/${request.httpVersion}`,
    'http.request.uri': withoutState(request.url ?? '').slice(0, 2048),
    'http.request.remoteaddr': remoteAddress,
    'http.request.useragent': request.headers['user-agent'],
    'http.response.status': response.writableFinished ? response.statusCode : 499,
    'http.response.written': written,
    'http.response.duration': `${(ended - started).toFixed(3)}ms`,
  })
}

/** However the parameter's name is written: `%5Fstate` is read as `_state` too. */
function withoutState(url: string): string {
  if (!url.includes('?')) return url
  return url.replace(/([?&])([^=&]*)=[^&]*/g, (whole, separator, name) => (isState(name) ? `${separator}${name}=***` : whole))
}

const isState = (name: string) => name === '_state' || (name.includes('%') && new URLSearchParams(name).has('_state'))
