import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Credentials } from '../../../lib/registry-client/http/sign-in.ts'
import { openRegistry } from '../../../lib/registry-client/open-registry.ts'
import { registrySource } from '../../../lib/registry-client/registry-source.ts'
import { registryTarget } from '../../../lib/registry-client/registry-target.ts'
import { sha256 } from '../../registry-app/support/bytes.ts'

/** A server of somebody's, that keeps what it was shown. */
async function server(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const shown: (string | undefined)[] = []
  const listening = createServer((request, response) => {
    shown.push(request.headers.authorization)
    request.resume()
    if (request.url === '/v2/') response.end()
    else answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => {
    listening.closeAllConnections()
    listening.close()
  })
  const host = `127.0.0.1:${(listening.address() as AddressInfo).port}`
  return { host, origin: `http://${host}`, shown }
}

const me: Credentials = { username: 'me', password: 'sesame' }

/** Who asks once, and waits for nothing. */
async function client(host: string, credentials: Credentials | undefined) {
  const persistence = { attempts: 1, random: () => 0, sleep: async () => {}, signal: new AbortController().signal }
  const known = { host, credentials: async () => credentials, persistence, variables: {}, now: () => 0 }
  const opened = await openRegistry({ ...known, insecure: false, plain: true, ca: undefined, connections: 2 })
  onTestFinished(() => opened.close())
  return opened
}

const challenge = (origin: string) => ({ 'www-authenticate': `Bearer realm="${origin}/token",service="a registry"` })
const blob = { digest: sha256('x'), size: 1 }

test.each(['a place for an upload', 'a place that has a blob'])(
  '%s, which is another host’s, is not asked who one has to be',
  async what => {
    const tokens = await server((_, response) => response.end('{"token":"one"}'))
    const store = await server((_, response) => response.writeHead(401, challenge(tokens.origin)).end())
    const registry = await server(({ method }, response) => {
      const status = method === 'POST' ? 202 : 307
      response.writeHead(status, { location: `${store.origin}/somewhere` }).end()
    })
    const opened = await client(registry.host, me)
    const read = () => Array.fromAsync(registrySource(opened, 'app').blob(blob))
    const write = () =>
      registryTarget(opened, 'app').putBlob(blob, async function* () {
        yield Buffer.from('x')
      })

    await expect(what.includes('upload') ? write() : read()).rejects.toThrow(/401/)
    expect([...store.shown, ...tokens.shown]).toEqual([undefined])
  },
)

describe('what a registry says against it', () => {
  const refusedBy = async (status: number, body: string, credentials: Credentials | undefined, headers = {}) => {
    const registry = await server((_, response) => response.writeHead(status, headers).end(body))
    const { message } = await registrySource(await client(registry.host, credentials), 'app')
      .manifest('v1')
      .then(
        () => new Error('it was answered'),
        (error: Error) => error,
      )
    return message.replace(`GET ${registry.origin}/v2/app/manifests/v1: `, '')
  }
  const errors = (...all: object[]) => JSON.stringify({ errors: all })

  test.each<[string, number, string, string]>([
    ['by code and message', 403, errors({ code: 'DENIED', message: 'not for you', detail: { secret: 1 } }), '403, DENIED not for you'],
    ['by each of its errors', 400, errors({ code: 'NAME_INVALID', message: 'odd' }, { code: 'UNKNOWN' }), '400, NAME_INVALID odd; UNKNOWN'],
    [
      'of a page by its title',
      413,
      '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body><h1>nginx</h1></body></html>',
      '413, something on the way takes no bodies of this size: Request Entity Too Large',
    ],
    [
      'of a store’s error by its code and message',
      400,
      '<?xml version="1.0"?><Error><Code>ExpiredToken</Code><Message>It has\nexpired.</Message><Token>a token</Token></Error>',
      '400, ExpiredToken It has expired.',
    ],
    ['of a text by its line, without what moves a cursor', 418, 'a\u001b[2Jtea\r\n\tpot\u202e\n', '418, a [2Jtea pot'],
    ['of a long text by its beginning', 418, 'x'.repeat(5000), `418, ${'x'.repeat(200)}`],
    ['of JSON without errors by its line', 418, '{\n  "message": "later"\n}', '418, { "message": "later" }'],
    ['of nothing by its status', 418, '', '418'],
  ])('is said %s', async (_, status, body, says) => {
    expect(await refusedBy(status, body, me)).toBe(says)
  })

  const unauthorized = errors({ code: 'UNAUTHORIZED', message: 'authentication required' })
  const basic = { 'www-authenticate': 'Basic realm="x"' }

  test('is said with whoever could sign in, where nobody does', async () => {
    expect(await refusedBy(401, unauthorized, undefined, basic)).toBe(
      '401, UNAUTHORIZED authentication required; nobody is signed in there: docker login does that',
    )
  })

  test('is said without that where somebody does', async () => {
    expect(await refusedBy(401, unauthorized, me, basic)).toBe('401, UNAUTHORIZED authentication required')
  })
})
