import type { Socket } from 'node:net'
import type { Log } from '../ops/log.ts'
import { seldom } from './seldom.ts'
import { handshakeRecord } from './tls-greeting.ts'
import { tlsOnPlain } from './wrong-protocol.ts'

/** What node:http says of a request that it cannot read. */
export interface ClientError extends Error {
  readonly code?: string
  /** What was sent last. */
  readonly rawPacket?: Buffer
}

/** Node's own answers, which it gives only as long as nobody else listens for `clientError`. */
const answers: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** @returns a listener for a plain port, which also tells the log of clients that speak TLS to it */
export function onClientError(log: Log, clock: () => number, isAnswering: (socket: Socket) => boolean) {
  const mayTell = seldom(60_000, clock)
  return (error: ClientError, socket: Socket) => {
    const address = socket.remoteAddress ?? 'unix'
    if (error.rawPacket?.[0] === handshakeRecord && mayTell(address)) log.warn(tlsOnPlain, { remoteaddr: address })
    if (socket.writable && !isAnswering(socket)) {
      socket.write(`HTTP/1.1 ${answers[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`)
    }
    socket.destroy(error)
  }
}
