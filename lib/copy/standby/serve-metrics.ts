import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ListenAddress } from '../../../registry-app/src/config/address.ts'

export interface MetricsServer {
  /** `http://127.0.0.1:9100` */
  readonly addresses: readonly string[]
  stop(): void
}

/** Serves `/metrics`, and nothing else. */
export async function serveMetrics(listen: readonly ListenAddress[], text: () => string): Promise<MetricsServer> {
  const servers: Server[] = []
  for (const address of listen) {
    const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
      const isWanted = request.url?.replace(/\?.*$/, '') === '/metrics' && (request.method === 'GET' || request.method === 'HEAD')
      const body = isWanted ? text() : 'here is /metrics\n'
      const type = isWanted ? 'text/plain; version=0.0.4; charset=utf-8' : 'text/plain; charset=utf-8'
      response.writeHead(isWanted ? 200 : 404, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    })
    const { optional = false, ...at } = 'path' in address ? { path: address.path } : address
    const first = servers[0]?.address() as AddressInfo | undefined
    server.listen({ ...at, ...('port' in at && { port: at.port || (first?.port ?? 0) }) })
    const isListening = await once(server, 'listening').then(
      () => true,
      error => {
        if (!optional) throw error
        return false
      },
    )
    // It keeps no process alive that has nothing else to do.
    if (isListening) servers.push(server.unref())
  }
  return {
    addresses: servers.map(server => {
      const { address, family, port } = server.address() as AddressInfo
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
    }),
    stop() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}
