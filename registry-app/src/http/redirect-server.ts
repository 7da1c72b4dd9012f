import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../api/reply.ts'
import type { ListenAddress } from '../config/address.ts'
import type { Log } from '../ops/log.ts'
import { type RunningServer, startServer } from './server.ts'

/** Where an ACME server looks for a proof by HTTP-01 (RFC 8555, section 8.3); a token follows. */
const challengePath = '/.well-known/acme-challenge/'

export interface Challenges {
  get(token: string): string | undefined | Promise<string | undefined>
}

export interface RedirectOptions {
  /** `http.redirect.addr` */
  listen: readonly ListenAddress[]
  /** `http.host` */
  host: string | undefined
  /** Of the TLS port, where clients name it: 443 unless told. */
  port: number | undefined
  /** The answers that an ACME server looks for, by token; asked at each question. */
  challenges: Challenges
  /** Served here too, by path: until there is a certificate, they cannot be asked for elsewhere. */
  pages: ReadonlyMap<string, () => Promise<Reply>>
  timeouts: { readonly headers: number; readonly idle: number }
  maxConnections: number
  maxHeaderSize: number
  log: Log
  clock: () => number
}

/** Plain HTTP beside TLS: sends everybody to HTTPS, proves names to ACME servers, and says that the process is alive. */
export function startRedirectServer(options: RedirectOptions): Promise<RunningServer> {
  const { challenges, pages } = options
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { url = '/', method } = request
    const [path = ''] = url.split('?')
    if (method === 'GET' || method === 'HEAD') {
      const proof = path.startsWith(challengePath) ? await challenges.get(path.slice(challengePath.length)) : undefined
      if (proof !== undefined) return end(response, 200, {}, proof)
      if (path.startsWith(challengePath)) return end(response, 404, {}, 'no ACME server was asked to look for this here\n')
      const page = await pages.get(path)?.()
      if (page) return end(response, page.status, {}, String(page.body))
    }
    const target = locationOf(request, options)
    // 308 and not 301, by which clients make a GET of a POST (RFC 9110, section 15.4.9).
    if (target !== undefined) return end(response, 308, { location: target }, `${target}\n`)
    return end(response, 400, {}, 'the registry is reached by HTTPS; this request names no host to send it to\n')
  }
  return startServer({
    ...options,
    handle: async (request, response) => {
      // The body, if there is one, goes to the other port.
      request.resume()
      await answer(request as IncomingMessage, response as ServerResponse)
    },
  })
}

function locationOf({ url = '/', headers }: IncomingMessage, { host, port }: RedirectOptions): string | undefined {
  const target = url.startsWith('/') ? url : '/'
  if (host?.startsWith('https:')) return new URL(host).origin + target
  const name = /^([\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.exec(headers.host ?? '')?.[1]
  return name === undefined ? undefined : `https://${name}${port === undefined || port === 443 ? '' : `:${port}`}${target}`
}

function end(response: ServerResponse, status: number, headers: Record<string, string>, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    // Whoever was sent away does not come back to this port.
    connection: 'close',
    ...headers,
  })
  response.end(text)
}
