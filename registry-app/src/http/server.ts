import type { Server } from 'node:http'
import type { ListenAddress } from '../config/address.ts'
import type { Log } from '../ops/log.ts'
import { onClientError } from './client-error.ts'
import { limitConnections } from './connection-limit.ts'
import { waitToBeTold } from './expect-continue.ts'
import { frontDoor, type Protocols } from './front-door.ts'
import type { HttpRequest, HttpResponse } from './messages.ts'
import { createServer } from './node-http.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { maxHeaders } from './refuse-unclear.ts'

export interface ServerOptions {
  handle: (request: HttpRequest, response: HttpResponse) => Promise<void>
  listen: readonly ListenAddress[]
  /** `http.timeouts.headers` and `.idle`, in milliseconds. */
  timeouts: { readonly headers: number; readonly idle: number }
  maxConnections: number
  maxHeaderSize: number
  /** @default plain HTTP/1.1 */
  protocols?: Protocols
  log: Log
  /** A clock for durations, in milliseconds. */
  clock: () => number
}

export interface RunningServer {
  /** Where it listens, as URLs, or paths of sockets. */
  readonly addresses: readonly string[]
  /** Takes no new connections, and resolves when the requests under way have ended, or after so many milliseconds. @returns how many it cut off */
  stop(drainTimeout: number): Promise<number>
}

/** Nothing limits a whole request: a push of 5 GB over a slow line lives as long as it moves. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { handle, listen, timeouts, maxConnections, maxHeaderSize, protocols = { http2: false }, log, clock } = options
  /**
   * Not a Set: V8 makes its table anew every few dozen answers, and each old one keeps the answers of its time, and the next table, until a full
   * collection: 130 MiB of them at 14,000 requests a second.
   */
  const running: HttpResponse[] = []
  const servers: Server[] = []

  const listener = (request: HttpRequest, response: HttpResponse) => {
    running.push(response)
    response.on('close', () => remove(running, response))
    // Left to Node, one that nobody expected would end the process, and all other requests with it.
    handle(request, response).catch(error => {
      log.error('a request could not be answered', { error })
      response.destroy()
    })
  }
  const inTurn = oneAtATime(listener)
  // Plain HTTP/1.1 needs nobody at the door: node:http takes what comes.
  const door = protocols.tls || protocols.http2 ? frontDoor({ ...protocols, listener, timeouts, maxHeaderSize, log, clock }) : undefined
  const clientError = onClientError(log, clock, socket => running.some(({ socket: own, headersSent }) => headersSent && own === socket))

  for (const address of listen) {
    const server = createServer(
      {
        maxHeaderSize,
        headersTimeout: timeouts.headers,
        requestTimeout: 0,
        keepAliveTimeout: timeouts.idle,
        connectionsCheckingInterval: checkingInterval(timeouts.headers),
      },
      inTurn,
    )
    // Behind a unix socket is one proxy, whose connections could not be told apart by TLS: there the newest gives way.
    if (door && 'path' in address) server.maxConnections = maxConnections
    else limitConnections(server, maxConnections, () => running.map(({ req }) => req.socket))
    server.maxHeadersCount = maxHeaders
    server.on('checkContinue', (request, response) => {
      waitToBeTold(request)
      inTurn(request, response)
    })
    server.on('clientError', clientError)
    door?.stand(server)
    if (await listening(server, inheritPort(address, servers[0]))) servers.push(server)
  }

  return {
    addresses: servers.map(server => describe(server, protocols.tls ? 'https' : 'http')),
    async stop(drainTimeout) {
      const closed = Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
      for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close')
      door?.drain()
      let timer: NodeJS.Timeout | undefined
      const timeout = new Promise(resolve => {
        timer = setTimeout(resolve, drainTimeout)
      })
      // Idle connections close at once; one that becomes idle later is closed when it is seen. One on which nothing was asked yet is not idle to Node.
      const sweeper = setInterval(() => {
        for (const server of servers) running.length === 0 ? server.closeAllConnections() : server.closeIdleConnections()
        if (running.length === 0) door?.destroy()
      }, 100)
      servers.forEach(server => void server.closeIdleConnections())
      await Promise.race([closed, timeout])
      clearTimeout(timer)
      clearInterval(sweeper)
      const cut = running.length
      door?.destroy()
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

function describe(server: Server, scheme: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return address ?? ''
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${scheme}://${host}:${address.port}`
}
