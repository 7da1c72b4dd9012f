import { Agent, type RequestOptions, request } from 'node:https'
import type { TLSSocket } from 'node:tls'

/** A client that trusts nobody but the root that it is given, and keeps its connection. */
export function clientOf(port: number, root: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (host: string, path = '/v2/', more: RequestOptions = {}) =>
    new Promise<{ status: number; serial: string; connection: TLSSocket }>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, servername: host, headers: { host }, ca: root, agent, ...more }
      request(options, response => {
        const connection = response.socket as TLSSocket
        const { serialNumber: serial } = connection.getPeerCertificate()
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, serial, connection }))
      })
        .on('error', reject)
        .end()
    })
  return { ask, close: () => agent.destroy() }
}
