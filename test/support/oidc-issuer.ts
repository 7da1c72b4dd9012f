import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An issuer of identity tokens, on loopback. */
export interface OidcIssuer {
  readonly url: string
  /** The paths that it was asked for, since it was last asked for them. */
  asked(): string[]
  /** A signed token. @param over claims over those that it has by itself @param more of its header */
  token(over?: Record<string, unknown>, more?: Record<string, unknown>): string
  /** It signs with another key from now on, and shows that one only. */
  rotate(): void
  /** It answers so from now on; without it, as it should. */
  behave(answer?: (path: string, response: ServerResponse) => void): void
  stop(): Promise<void>
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What a pipeline of GitHub's says, shortened. */
const usual = { sub: 'repo:acme/app:ref:refs/heads/main', aud: 'registry.test', repository: 'acme/app', ref: 'refs/heads/main' }

/** @param now seconds since 1970 */
export async function startOidcIssuer(now = () => Math.floor(Date.now() / 1000)): Promise<OidcIssuer> {
  let asked: string[] = []
  let count = 0
  let key: { kid: string; privateKey: KeyObject; publicKey: KeyObject }
  const rotate = () => {
    key = { kid: `key-${++count}`, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
  }
  rotate()

  const usually = (path: string, response: ServerResponse) => {
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig', alg: 'ES256' }] },
    }
    const found = documents[path]
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}))
  }
  let answer = usually
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    asked.push(pathname)
    answer(pathname, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    rotate,
    asked() {
      const before = asked
      asked = []
      return before
    },
    token(over = {}, more = {}) {
      const time = now()
      const claims = { iss: url, iat: time, nbf: time, exp: time + 300, ...usual, ...over }
      const input = `${part({ alg: 'ES256', kid: key.kid, typ: 'JWT', ...more })}.${part(claims)}`
      return `${input}.${sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    },
    behave(other = usually) {
      answer = other
    },
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
