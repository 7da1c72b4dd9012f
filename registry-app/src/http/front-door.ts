import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../ops/log.ts'
import type { Certificates } from '../tls/certificates.ts'
import { answerChallenge, challengeProtocol } from './challenge-connection.ts'
import { firstBytes } from './first-bytes.ts'
import { createHttp2, type Http2Options } from './http2-server.ts'
import { seldom } from './seldom.ts'
import { handshakeRecord, readGreeting } from './tls-greeting.ts'
import { createTlsServer, type TlsOptions } from './tls-server.ts'
import { plainOnTls, refusePlainHttp } from './wrong-protocol.ts'

export interface Protocols {
  /** TLS, and nothing else; absent: plain. */
  tls?: TlsOptions | undefined
  /** HTTP/2 beside HTTP/1.1: where a client chooses it in the handshake, or on a plain port begins with it. */
  http2: boolean
  /** `http.host`, to name it to who comes by the wrong protocol. */
  host?: string | undefined
}

export interface FrontDoorOptions extends Protocols, Http2Options {
  log: Log
}

export interface FrontDoor {
  /** Stands before a server that listens: what it accepts goes where its first bytes say. */
  stand(before: Server): void
  /** Tells clients that speak HTTP/2 that this was the last request. */
  drain(): void
  /** Breaks every connection, also those of which node:http knows nothing yet. */
  destroy(): void
}

/** What every client of HTTP/2 begins with (RFC 9113, section 3.4); the first line tells it from any request of HTTP/1. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n')

export function frontDoor(options: FrontDoorOptions): FrontDoor {
  const { tls, http2, host, log, timeouts, clock } = options
  const overHttp2 = http2 ? createHttp2(options) : undefined
  const mayTell = seldom(60_000, clock)
  const open = new Set<Socket>()

  const standing = (serveHttp1: (socket: Socket) => void) => {
    if (!tls) {
      return (bytes: Buffer, socket: Socket) => {
        const same = Math.min(bytes.length, preface.length)
        if (!bytes.subarray(0, same).equals(preface.subarray(0, same))) return () => serveHttp1(socket)
        return same === preface.length ? () => overHttp2?.accept(socket) : undefined
      }
    }
    const handshake = createTlsServer({
      ...tls,
      protocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      handshakeTimeout: timeouts.headers,
      log,
      mayTell,
      accept: socket => (socket.alpnProtocol === 'h2' ? overHttp2?.accept(socket) : serveHttp1(socket)),
    })
    const { acmeContext } = tls.certificates
    return (bytes: Buffer, socket: Socket) => {
      if (bytes[0] !== handshakeRecord) return () => refusePlain(bytes, socket)
      if (!acmeContext) return () => handshake(socket)
      const greeting = readGreeting(bytes)
      if (!greeting) return undefined
      if (!greeting.protocols.includes(challengeProtocol)) return () => handshake(socket)
      return () => void prove(socket, acmeContext(greeting.serverName ?? ''), handshake)
    }
  }

  /** The proof may have to be fetched from where replicas share it. */
  const prove = async (
    socket: Socket,
    proof: ReturnType<NonNullable<Certificates['acmeContext']>>,
    handshake: (socket: Socket) => void,
  ) => {
    const leaves = () => socket.destroy()
    socket.on('error', leaves)
    const context = await proof
    socket.off('error', leaves)
    if (socket.destroyed) return
    if (context) answerChallenge(socket, context, timeouts.headers)
    else handshake(socket)
  }

  const refusePlain = (bytes: Buffer, socket: Socket) => {
    const address = socket.remoteAddress ?? 'unix'
    if (mayTell(address)) log.warn(plainOnTls(host ?? 'https://…'), { remoteaddr: address })
    refusePlainHttp(socket, bytes, host)
  }

  return {
    stand(server) {
      const [serveHttp1] = server.listeners('connection')
      if (!serveHttp1) throw new TypeError('node:http listens for its own connections')
      server.off('connection', serveHttp1 as (socket: Socket) => void)
      const decide = standing(socket => serveHttp1.call(server, socket))
      server.on('connection', socket => {
        // node:http wants the other half after the end; neither TLS nor HTTP/2 does, and node:http sees to its own.
        socket.allowHalfOpen = false
        open.add(socket)
        socket.once('close', () => open.delete(socket))
        firstBytes(socket, timeouts.headers, bytes => decide(bytes, socket))
      })
    },
    drain: () => overHttp2?.drain(),
    destroy() {
      overHttp2?.destroy()
      for (const socket of open) socket.destroy()
    },
  }
}
