import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { atTheEnd } from '../support/at-the-end.ts'

/** A request for a token, as clients send it (https://distribution.github.io/distribution/spec/auth/token/). */
export interface Asked {
  readonly user: string | undefined
  readonly service: string | null
  readonly scopes: readonly string[]
}

/** A token server of the tests' own: it gives whoever asks what `issue` makes. To be called in `beforeAll`. @returns its URL */
export async function startTokenServer(issue: (asked: Asked) => string | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const [, credentials = ''] = request.headers.authorization?.split(' ') ?? []
    const [user] = Buffer.from(credentials, 'base64').toString().split(':')
    const token = issue({ user: user || undefined, service: searchParams.get('service'), scopes: searchParams.getAll('scope') })
    response.writeHead(token === undefined ? 401 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(token === undefined ? {} : { token, access_token: token, expires_in: 300 }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  atTheEnd(async () => {
    server.closeAllConnections()
    server.close()
  })
  // A client may refuse a bare address of this machine, and takes its name.
  return `http://localhost:${(server.address() as AddressInfo).port}/token`
}
