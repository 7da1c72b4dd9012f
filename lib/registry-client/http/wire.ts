import type { Dispatcher } from 'undici'
import { parseRetryAfter } from '../../../registry-app/src/concurrency/retry-after.ts'

/** HTTP/1.1 to whatever hosts it is asked for, over connections that are used again. */
export interface Wire {
  /** @throws what is known of the connection that broke, or the signal's reason */
  exchange(request: WireRequest): Promise<WireAnswer>
  close(): Promise<void>
}

export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** A body in pieces goes with a Content-Length among the headers. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: AsyncIterable<Uint8Array>
  /** The rest of the body is not wanted. */
  drop(): Promise<void>
}

export interface WireOptions {
  /** To one host. */
  readonly connections: number
  /** PEM, trusted besides what Node.js trusts. */
  readonly ca: string | undefined
  /** Whoever answers is believed to be who he says. */
  readonly skipVerify: boolean
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count, also in lower case. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** For how long there may be silence, in milliseconds: after the last piece of a body a registry may have a lot to do before it answers. */
const silence = { connect: 20_000, answer: 300_000, body: 60_000 }

export async function openWire({ connections, ca, skipVerify, variables, signal }: WireOptions): Promise<Wire> {
  const { Agent, EnvHttpProxyAgent } = await import('undici')
  const trusted = ca === undefined ? {} : { ca: [...process.getBuiltinModule('node:tls').getCACertificates('default'), ca] }
  const tls = { rejectUnauthorized: !skipVerify, ...trusted }
  const options = { connections, connect: { timeout: silence.connect, ...tls }, headersTimeout: silence.answer, bodyTimeout: silence.body }
  const variable = (name: string) => variables[name] || variables[name.toLowerCase()] || ''
  const proxies = { httpProxy: variable('HTTP_PROXY'), httpsProxy: variable('HTTPS_PROXY'), noProxy: variable('NO_PROXY') }
  const agent: Dispatcher =
    proxies.httpProxy || proxies.httpsProxy ? new EnvHttpProxyAgent({ ...options, requestTls: tls, ...proxies }) : new Agent(options)

  return {
    async exchange({ method, url, headers, body }) {
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers,
        // Undici takes iterables; its types forgot them.
        body: (body ?? null) as Uint8Array | null,
        signal,
        // Undici would close the connection after every HEAD, for servers that send a body there.
        reset: false,
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, drop: () => answer.body.dump({ limit: 64 * 1024 }) }
    },
    close: () => agent.destroy(),
  }
}

/** A header that stands once. */
export function headerOf({ headers }: Pick<WireAnswer, 'headers'>, name: string): string | undefined {
  return [headers[name] ?? []].flat()[0]
}

/** Milliseconds; `undefined` where the answer says nothing of it. @param now milliseconds since 1970 */
export const retryAfterOf = (answer: Pick<WireAnswer, 'headers'>, now: number): number | undefined =>
  parseRetryAfter(headerOf(answer, 'retry-after'), new Date(now))

/** @throws Error if it is longer than that */
export async function readAll({ body, drop }: WireAnswer, limit: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > limit) {
      await drop().catch(() => {})
      throw new Error(`the answer is larger than ${limit} bytes`)
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
