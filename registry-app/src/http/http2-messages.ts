import type { Http2ServerRequest as NodeRequest, Http2ServerResponse as NodeResponse } from 'node:http2'

/** How long a client that keeps sending may take to notice that it has its answer. Milliseconds. */
const lingerTime = 2000

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

    /** @param pairs names and values in turn */
    override writeHead(status: number, pairs: unknown = []): this {
      return super.writeHead(status, allowed(pairs as string[]) as never)
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
      /** A stream that broke off is ended on our side too, which says nothing of what arrived. */
      get(this: NodeResponse) {
        return this.stream.writableFinished && !this.stream.aborted && !this.stream.rstCode
      },
    },
  })
  return { Http2ServerRequest: Http2Request, Http2ServerResponse: Http2Response }
}

const allowed = (pairs: readonly string[]) => pairs.filter((_, index) => !ofConnections.has(pairs[index & ~1] ?? ''))
