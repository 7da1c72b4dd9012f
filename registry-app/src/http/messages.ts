import type { IncomingHttpHeaders } from 'node:http'
import type { Readable, Writable } from 'node:stream'

/** A request, whichever protocol brought it: what node:http makes is one as it is, what node:http2 makes becomes one in `http2-messages.ts`. */
export interface HttpRequest extends Readable {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: string[]
  readonly httpVersion: string
  readonly httpVersionMajor: number
  readonly httpVersionMinor: number
  /** All of its body has arrived. */
  readonly complete: boolean
  readonly socket: Peer & { readonly encrypted?: boolean }
}

/** Who is at the other end. Both are `undefined` on a unix socket. */
export interface Peer {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}

export interface HttpResponse extends Writable {
  statusCode: number
  readonly req: HttpRequest
  /** With a limit on silence, by HTTP/1.1. */
  readonly socket: { setTimeout?(milliseconds: number): unknown } | null
  readonly headersSent: boolean
  /** @param headers names and values in turn */
  writeHead(status: number, headers: string[]): unknown
  setHeader(name: string, value: string): unknown
  flushHeaders(): void
  writeContinue(): unknown
  setTimeout(milliseconds: number, callback: () => void): unknown
}

export type Listener = (request: HttpRequest, response: HttpResponse) => void
