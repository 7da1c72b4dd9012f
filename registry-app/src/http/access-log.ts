import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../ops/log.ts'

/** One line per request, in Distribution's field names. `_state` is left out: whoever has it can go on with the upload. */
export function logAccess(log: Log, id: string, request: IncomingMessage, response: ServerResponse, started: number, now: () => number) {
  const { remoteAddress } = request.socket
  response.once('close', () => {
    log.info('response completed', {
      'http.request.id': id,
      'http.request.method': request.method,
      'http.request.uri': withoutState(request.url ?? '').slice(0, 2048),
      'http.request.remoteaddr': remoteAddress,
      'http.request.useragent': request.headers['user-agent'],
      'http.response.status': response.writableFinished ? response.statusCode : 499,
      'http.response.written': Number(response.getHeader('content-length') ?? 0),
      'http.response.duration': `${(now() - started).toFixed(3)}ms`,
    })
  })
}

/** However the parameter's name is written: `%5Fstate` is read as `_state` too. */
function withoutState(url: string): string {
  if (!url.includes('?')) return url
  return url.replace(/([?&])([^=&]*)=[^&]*/g, (whole, separator, name) => (isState(name) ? `${separator}${name}=***` : whole))
}

const isState = (name: string) => name === '_state' || (name.includes('%') && new URLSearchParams(name).has('_state'))
