import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ListenAddress } from '../config/address.ts'
import { limitConnections } from './connection-limit.ts'
import { waitToBeTold } from './expect-continue.ts'
import { createServer } from './node-http.ts'
import { maxHeaders } from './refuse-unclear.ts'

export interface ServerOptions {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  listen: readonly ListenAddress[]
  /** `http.timeouts.headers` and `.idle`, in milliseconds. */
  timeouts: { readonly headers: number; readonly idle: number }
  maxConnections: number
  maxHeaderSize: number
}

export interface RunningServer {
  /** Where it listens, as URLs, or paths of sockets. */
  readonly addresses: readonly string[]
  /** Takes no new connections, and resolves when the requests under way have ended, or after so many milliseconds. @returns how many it cut off */
  stop(drainTimeout: number): Promise<number>
}

/** Plain HTTP/1.1. Nothing limits a whole request: a push of 5 GB over a slow line lives as long as it moves. */
export async function startServer({ handle, listen, timeouts, maxConnections, maxHeaderSize }: ServerOptions): Promise<RunningServer> {
  /**
   * Not a Set: V8 makes its table anew every few dozen answers, and each old one keeps the answers of its time, and the next table, until a full
   * collection: 130 MiB of them at 14,000 requests a second.
   */
  const running: ServerResponse[] = []
  const servers: Server[] = []

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    running.push(response)
    response.on('close', () => remove(running, response))
    void handle(request, response)
  }

  for (const address of listen) {
    const server = createServer(
      {
        maxHeaderSize,
        headersTimeout: timeouts.headers,
        requestTimeout: 0,
        keepAliveTimeout: timeouts.idle,
        connectionsCheckingInterval: checkingInterval(timeouts.headers),
      },
      listener,
    )
    limitConnections(server, maxConnections, () => new Set(running.map(({ req }) => req.socket)))
    server.maxHeadersCount = maxHeaders
    server.on('checkContinue', (request, response) => {
      waitToBeTold(request)
      listener(request, response)
    })
    if (await listening(server, inheritPort(address, servers[0]))) servers.push(server)
  }

  return {
    addresses: servers.map(describe),
    async stop(drainTimeout) {
      const closed = Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
      for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close')
      let timer: NodeJS.Timeout | undefined
      const timeout = new Promise(resolve => {
        timer = setTimeout(resolve, drainTimeout)
      })
      // Idle connections close at once; one that becomes idle later is closed when it is seen. One on which nothing was asked yet is not idle to Node.
      const sweeper = setInterval(() => {
        for (const server of servers) running.length === 0 ? server.closeAllConnections() : server.closeIdleConnections()
      }, 100)
      servers.forEach(server => void server.closeIdleConnections())
      await Promise.race([closed, timeout])
      clearTimeout(timer)
      clearInterval(sweeper)
      const cut = running.length
      servers.forEach(server => void server.closeAllConnections())
      await closed
      return cut
    },
  }
}

function remove<Item>(list: Item[], item: Item): void {
  const last = list.pop()
  if (last !== item && last !== undefined) list[list.indexOf(item)] = last
}

/** Node looks for headers that take too long once in so many milliseconds, and of itself no more often than every 30 s. */
const checkingInterval = (headersTimeout: number) => (headersTimeout > 0 ? Math.min(30_000, Math.ceil(headersTimeout / 2)) : 30_000)

/** @returns `false` for an optional address that this machine does not have */
function listening(server: Server, { address, optional }: { address: object; optional: boolean }): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (optional && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code ?? '')) resolve(false)
      else reject(error)
    })
    server.listen(address, () => resolve(true))
  })
}

/** Of `localhost:0` both addresses shall have the same port: the second takes what the first was given. */
function inheritPort(listen: ListenAddress, first: Server | undefined): { address: object; optional: boolean } {
  if ('path' in listen) return { address: { path: listen.path }, optional: false }
  const { optional = false, ...address } = listen
  const given = first?.address()
  return { address: { ...address, port: address.port || (typeof given === 'object' ? given?.port : 0) }, optional }
}

function describe(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return address ?? ''
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
