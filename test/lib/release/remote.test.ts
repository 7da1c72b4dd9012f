import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Remote } from '../../../lib/release/remote.ts'

/** A server of somebody's, that keeps what it was shown. */
async function server(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const shown: (string | undefined)[] = []
  const listening = createServer((request, response) => {
    shown.push(request.headers.authorization)
    request.resume()
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => void listening.close())
  return { origin: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, shown }
}

const challenge = (realm: string) => ({ 'www-authenticate': `Bearer realm="${realm}/token",service="a registry"` })
const remote = (origin: string) =>
  new Remote({ origin, repository: 'app', login: { username: 'me', password: 'sesame' }, push: true, signal: AbortSignal.timeout(10_000) })

test('a registry that is spoken to by TLS sends nobody’s password to a place without', async () => {
  const plain = await server((_, response) => response.end('{"token":"one"}'))
  const answers = (url: URL | string) =>
    String(url).startsWith('https://registry.example/')
      ? Promise.resolve(Object.defineProperty(new Response(null, { status: 401, headers: challenge(plain.origin) }), 'url', { value: url }))
      : fetched(url)
  const fetched = globalThis.fetch
  globalThis.fetch = answers as unknown as typeof fetch
  onTestFinished(() => {
    globalThis.fetch = fetched
  })

  await expect(remote('https://registry.example').has(`sha256:${'0'.repeat(64)}`)).rejects.toThrow(
    /to which no password is sent in plain text/,
  )
  expect(plain.shown).toEqual([])
})

test.each(['a place for an upload', 'a place that has a blob'])(
  '%s, which is another host’s, is not asked who one has to be',
  async what => {
    const tokens = await server((_, response) => response.end('{"token":"one"}'))
    const store = await server((_, response) => response.writeHead(401, challenge(tokens.origin)).end())
    const registry = await server(({ method }, response) => {
      const status = method === 'POST' ? 202 : 307
      response.writeHead(status, { location: `${store.origin}/somewhere` }).end()
    })
    const digest = `sha256:${'0'.repeat(64)}`
    const asked = what.includes('upload') ? remote(registry.origin).put(digest, 1, Buffer.from('x')) : remote(registry.origin).text(digest)

    await expect(asked).rejects.toThrow(/401/)
    expect(tokens.shown).toEqual([])
  },
)
