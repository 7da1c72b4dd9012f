import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { S3Options } from '../../../../../registry-app/src/s3/options.ts'
import { certificate, privateKey } from '../../support/certificate.ts'
import { trialBucket } from '../../support/trial-bucket.ts'

/** What is done with a request: bytes are written, or the socket is misused. */
export type Script = string | Buffer | ((socket: Socket) => void)

/** A bucket on a server that says exactly what it is told, request by request, HTTP or not; the last is said to all further ones. */
export async function rawStore(scripts: readonly Script[], { tls = false, ...options }: Partial<S3Options> & { tls?: boolean } = {}) {
  const requests: string[] = []
  let connections = 0
  const serve = (socket: Socket) => {
    connections += 1
    let text = ''
    socket.on('error', () => {})
    socket.on('data', piece => {
      text += piece.toString('latin1')
      while (text.includes('\r\n\r\n')) {
        const end = text.indexOf('\r\n\r\n') + 4
        requests.push(text.slice(0, end))
        text = text.slice(end)
        const script = scripts[Math.min(requests.length, scripts.length) - 1] ?? ''
        if (typeof script === 'function') script(socket)
        else socket.write(script)
      }
    })
  }
  const sockets = new Set<Socket>()
  const server = tls ? createSecureServer({ cert: certificate, key: privateKey }, serve) : createServer(serve)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const endpoint = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { ...(await trialBucket({ endpoint, ...options })), requests, connections: () => connections }
}

/** An answer with its length. */
export function said(body: string | Buffer, { status = 200, headers = '' } = {}): Buffer {
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} Said\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ])
}
