import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import { atTheEnd } from '../../support/at-the-end.ts'
import type { Authority } from '../../tls/support/certificates.ts'

/**
 * A Docker engine by TLS, as `dockerd --tlsverify` offers it: only whom the authority knows is let in. It stands before the engine's socket, since
 * that engine may be one that runs already.
 *
 * @returns its port on 127.0.0.1
 */
export async function tlsEngine(socket: string, authority: Authority): Promise<number> {
  const { cert, key } = await authority.sign('server')
  const [certificate, privateKey, ca] = await Promise.all([cert, key, authority.file].map(file => readFile(file)))
  const options = { cert: certificate, key: privateKey, ca, requestCert: true, rejectUnauthorized: true, allowHalfOpen: true }
  const server = createServer(options, client => {
    const engine = connect({ path: socket, allowHalfOpen: true })
    client.pipe(engine).pipe(client)
    client.on('error', () => engine.destroy())
    engine.on('error', () => client.destroy())
  })
  // Whoever has no certificate of the authority's is let go, and nothing more.
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atTheEnd(() => new Promise(resolve => server.close(resolve)))
  return (server.address() as AddressInfo).port
}
