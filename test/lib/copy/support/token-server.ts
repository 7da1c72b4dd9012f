import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Asked, Rule } from './loopback.ts'

export interface TokenServerOptions {
  readonly path: string
  readonly service: string
  /** `name:password` of those whom it knows. */
  readonly users: readonly string[]
  /** The scopes that it gives to nobody. */
  readonly refused?: RegExp
  /** What it says of how long a token lasts; nothing, if it says nothing. */
  readonly expiresIn?: number
}

/** A token server beside a registry, as Harbor and GitLab have one each. */
export async function tokenServer({ path, service, users, refused, expiresIn }: TokenServerOptions) {
  const tokens = new Map<string, readonly string[]>()
  const asked: { method: string; url: URL; authorization: string | undefined; form: URLSearchParams }[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    const { method = '', headers } = request
    const form = new URLSearchParams(await text(request))
    asked.push({ method, url, authorization: headers.authorization, form })
    const known = users.map(user => `Basic ${Buffer.from(user).toString('base64')}`).includes(headers.authorization ?? '')
    if (url.pathname !== path || (!known && form.get('refresh_token') !== 'identity')) return void response.writeHead(401).end('{}')
    const scopes = method === 'POST' ? (form.get('scope')?.split(' ') ?? []) : url.searchParams.getAll('scope')
    const token = `token-${tokens.size}`
    tokens.set(token, refused ? scopes.filter(scope => !refused.test(scope)) : scopes)
    response.end(JSON.stringify({ token, ...(expiresIn !== undefined && { expires_in: expiresIn }) }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

  const scopeOf = ({ method, path }: Asked) => {
    const repository = /^\/v2\/(.*)\/(manifests|blobs|tags|referrers)\//.exec(path)?.[1]
    if (repository === undefined) return path === '/v2/_catalog' ? 'registry:catalog:*' : ''
    return `repository:${repository}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'push'}`
  }
  /** Lets nobody in whose token does not say so. */
  const rule: Rule = request => {
    const wanted = scopeOf(request)
    const given = tokens.get(request.headers.authorization?.replace('Bearer ', '') ?? '')
    const allowed = given?.some(scope => covers(scope, wanted))
    if (allowed) return undefined
    const scope = wanted === '' ? '' : `,scope="${wanted}"`
    return {
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${realm}",service="${service}"${scope}` },
      body: '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
    }
  }
  /** All tokens have ended. */
  const forget = () => tokens.clear()
  return { realm, rule, asked, forget }
}

/** `repository:app:pull,push` covers `repository:app:push`. */
function covers(scope: string, wanted: string): boolean {
  const [type, name, actions = ''] = scope.split(':')
  const [wantedType, wantedName, action = ''] = wanted.split(':')
  return wanted === '' || (type === wantedType && name === wantedName && actions.split(',').includes(action))
}
