import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { http2Messages } from './http2-messages.ts'
import { createWindows, windowSize } from './http2-windows.ts'
import type { HttpRequest, HttpResponse, Listener } from './messages.ts'

/** How many requests one connection may have under way. Docker has five uploads, containerd three downloads. */
const concurrentStreams = 128

/** What may wait for one connection's client, beyond which it gets no new streams: 128 answers, each half a megabyte ahead. Megabytes. */
const memory = 96

export interface Http2Options {
  listener: Listener
  /** `http.timeouts.headers` and `.idle`, in milliseconds; 0: none. */
  timeouts: { readonly headers: number; readonly idle: number }
  maxHeaderSize: number
  clock: () => number
}

export interface Http2Server {
  /** Takes over a connection whose client speaks HTTP/2: by ALPN, or because it begins so. */
  accept(socket: Socket): void
  /** Tells every client that this was the last request (GOAWAY); each connection closes with its last answer. */
  drain(): void
  /** Breaks all that are left. */
  destroy(): void
}

interface Connection {
  streams: number
  /** When the last stream ended, or the connection began. */
  idleSince: number
  asked: boolean
}

/** HTTP/2 for connections that others accept. */
export function createHttp2({ listener, timeouts, maxHeaderSize, clock }: Http2Options): Http2Server {
  const http2 = process.getBuiltinModule('node:http2')
  const connections = new Map<ServerHttp2Session, Connection>()
  const windows = createWindows(() => connections.keys())
  let draining = false

  const server = http2.createServer(
    {
      ...http2Messages(http2),
      settings: { initialWindowSize: windowSize, maxConcurrentStreams: concurrentStreams, maxHeaderListSize: maxHeaderSize },
      maxSessionMemory: memory,
    },
    (request, response) => {
      if (sizeOf(request.rawHeaders) <= maxHeaderSize) listener(request as unknown as HttpRequest, response as unknown as HttpResponse)
      else response.writeHead(431).end()
    },
  )
  server.on('session', session => {
    windows.greet(session)
    const connection: Connection = { streams: 0, idleSince: clock(), asked: false }
    connections.set(session, connection)
    session.on('close', () => connections.delete(session))
    session.on('stream', stream => {
      connection.streams += 1
      connection.asked = true
      const ended = stream.endAfterHeaders ? () => {} : windows.open()
      stream.on('close', () => {
        ended()
        connection.streams -= 1
        connection.idleSince = clock()
      })
    })
    if (draining) session.close()
  })
  // A client that breaks the protocol, or its connection. Node has closed it, and its requests tell in the access log what became of them.
  server.on('sessionError', () => {})

  /** A frame now and then, such as a PING, keeps no connection open: only requests do. */
  const look = () => {
    windows.relax()
    for (const [session, { streams, idleSince, asked }] of connections) {
      const limit = asked ? timeouts.idle : timeouts.headers
      if (streams > 0 || limit === 0 || clock() - idleSince < limit) continue
      if (session.closed) session.destroy()
      else session.close()
    }
  }
  const shortest = Math.min(timeouts.headers || Number.POSITIVE_INFINITY, timeouts.idle || Number.POSITIVE_INFINITY)
  const timer = setInterval(look, Math.min(30_000, Math.ceil(shortest / 2)))
  timer.unref()

  return {
    accept: socket => void server.emit('connection', socket),
    drain() {
      draining = true
      for (const session of connections.keys()) session.close()
    },
    destroy() {
      clearInterval(timer)
      for (const session of connections.keys()) session.destroy()
    },
  }
}

/** In bytes, as HTTP/1.1 would have them, with a colon, a space and the end of a line each. To node:http2 the limit is but an announcement. */
const sizeOf = (namesAndValues: readonly string[]) => namesAndValues.reduce((sum, { length }) => sum + length + 2, 0)
