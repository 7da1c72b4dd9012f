import type { Http2ServerRequest as NodeRequest, Http2ServerResponse as NodeResponse } from 'node:http2'
import { lingerTime } from './linger-time.ts'

/** RFC 9113, section 8.2.2: a connection of HTTP/2 has none of these, and clients end a stream that does. */
const ofConnections = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/**
 * node:http2's own imitations of node:http's messages, without what still tells them apart.
 *
 * They are made when HTTP/2 is wanted: node:http2 takes 40 ms to load.
 */
export function http2Messages({ Http2ServerRequest, Http2ServerResponse, constants }: typeof import('node:http2')) {
  class Http2Request extends Http2ServerRequest {
    constructor(...given: ConstructorParameters<typeof NodeRequest>) {
      super(...given)
      const { headers, stream } = this
      headers.host ??= headers[':authority']
      // A body of unknown length. HTTP/2 has no such header and needs none; here it says to all who ask what it says of HTTP/1.1.
      if (headers['content-length'] === undefined && !stream.endAfterHeaders) headers['transfer-encoding'] = 'chunked'
    }
  }

  class Http2Response extends Http2ServerResponse<NodeRequest> {
    override setHeader(name: string, value: number | string | readonly string[]): void {
      if (!ofConnections.has(name)) super.setHeader(name, value)
    }

    #pairs: readonly string[] = []
    /** What of the promised length has not been written. */
    #left = Number.POSITIVE_INFINITY

    /**
     * Sent with what follows: where that is the end, by one frame. Clients written in Go give up a stream whose headers promise no body and whose end
     * has not come yet.
     *
     * @param pairs names and values in turn; absent: Node's own call, when it is time to send them
     */
    override writeHead(status: number, pairs?: unknown): this {
      if (pairs === undefined) return super.writeHead(status, this.#pairs as never)
      this.statusCode = status
      this.#pairs = allowed(pairs as string[])
      const length = this.#pairs.indexOf('content-length')
      this.#left = length === -1 ? Number.POSITIVE_INFINITY : Number(this.#pairs[length + 1])
      return this
    }

    /** The last piece carries the end of the stream: who has all that was promised may leave before a frame that says nothing more. */
    override write(piece: string | Uint8Array, ...more: unknown[]): boolean {
      const taken = super.write(piece, ...(more as []))
      this.#left -= Buffer.byteLength(piece)
      if (this.#left === 0) this.end()
      return taken
    }

    /** The answer may come before the body was read. What the client still sends is thrown away until it notices (RFC 9113, section 8.1). */
    override end(...given: unknown[]): this {
      super.end(...(given as Parameters<NodeResponse['end']>))
      const { req, stream } = this
      if (!req.complete && !stream.destroyed) {
        req.resume()
        const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), lingerTime)
        stream.once('close', () => clearTimeout(timer))
      }
      return this
    }

    /** In HTTP/1.1 the connection breaks, and tells the client that this is not the whole. Here a code does. */
    override destroy(): this {
      if (!this.stream.destroyed) this.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      return super.destroy()
    }
  }

  // By their prototypes: to TypeScript, Node's own are fields.
  Object.defineProperty(Http2Request.prototype, 'complete', {
    /** Node's own is true as well of a stream that broke off, whose body it ends as if it were whole. */
    get(this: NodeRequest) {
      return !this.aborted && (this.stream.endAfterHeaders || this.readableEnded)
    },
  })
  Object.defineProperties(Http2Response.prototype, {
    destroyed: {
      get(this: NodeResponse) {
        return this.stream.destroyed
      },
    },
    writableFinished: {
      /**
       * A stream that broke off is ended on our side too, which says nothing of what arrived. One that both sides have ended may be gone before Node
       * says that it is finished.
       */
      get(this: NodeResponse) {
        const { writableFinished, closed, aborted, rstCode } = this.stream
        return this.writableEnded && !aborted && (writableFinished || (closed && !rstCode))
      },
    },
  })
  // To those who make servers of them, they are what they extend.
  return { Http2ServerRequest: Http2Request, Http2ServerResponse: Http2Response as unknown as typeof NodeResponse }
}

const allowed = (pairs: readonly string[]) => pairs.filter((_, index) => !ofConnections.has(pairs[index & ~1] ?? ''))
