import { describe, expect, onTestFinished, test } from 'vitest'
import { type RedirectOptions, startRedirectServer } from '../../../registry-app/src/http/redirect-server.ts'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import { send } from './support/trial-server.ts'

async function redirecting(options: Partial<RedirectOptions> = {}) {
  const server = await startRedirectServer({
    listen: [{ port: 0, host: '127.0.0.1' }],
    host: undefined,
    port: 443,
    challenges: new Map(),
    pages: new Map([['/healthz', async () => ({ status: 200, headers: {}, body: 'ok\n' })]]),
    timeouts: { headers: 60_000, idle: 60_000 },
    maxConnections: 100,
    maxHeaderSize: 16_384,
    log: createLog({ level: 'error', formatter: 'text', fields: {}, now: () => new Date(), write: () => {} }),
    clock: () => performance.now(),
    ...options,
  })
  onTestFinished(async () => void (await server.stop(0)))
  const port = Number(new URL(server.addresses[0] ?? '').port)
  return (call: Parameters<typeof send>[0]) => send(call, { host: '127.0.0.1', port })
}

describe('plain HTTP beside TLS', () => {
  test.each([
    ['the name that was asked', {}, 'registry.test', 'https://registry.test/v2/?n=1'],
    ['without the plain port', {}, 'registry.test:80', 'https://registry.test/v2/?n=1'],
    ['with the port of TLS where it is not 443', { port: 8443 }, 'registry.test:8080', 'https://registry.test:8443/v2/?n=1'],
    ['an IPv6 address', { port: 8443 }, '[::1]:8080', 'https://[::1]:8443/v2/?n=1'],
    ['http.host', { host: 'https://images.example.com/' }, 'registry.test', 'https://images.example.com/v2/?n=1'],
  ])('leads to %s', async (_, options, host, location) => {
    const call = await redirecting(options)
    expect(await call({ path: '/v2/?n=1', headers: { host } })).toMatchObject({ status: 308, headers: { location } })
  })

  test('keeps the method, also of an upload, whose body it does not want', async () => {
    const call = await redirecting()
    const answer = await call({ method: 'POST', path: '/v2/a/blobs/uploads/', headers: { host: 'registry.test' }, body: 'x'.repeat(1000) })
    expect(answer).toMatchObject({ status: 308, headers: { location: 'https://registry.test/v2/a/blobs/uploads/' } })
  })

  test('leads nobody to a host of no sense', async () => {
    const call = await redirecting()
    const answer = await call({ path: '/', headers: { host: 'a"<>' } })
    expect(answer.status).toBe(400)
    expect(answer.headers.location).toBeUndefined()
  })

  test('never leads elsewhere by the path', async () => {
    const call = await redirecting()
    const { headers } = await call({ path: '//evil.example/', headers: { host: 'registry.test' } })
    expect(headers.location).toBe('https://registry.test//evil.example/')
  })

  test('says that the process is alive', async () => {
    const call = await redirecting()
    expect(await call({ path: '/healthz' })).toMatchObject({ status: 200, body: Buffer.from('ok\n') })
  })

  test('shows an ACME server what it looks for, as soon as it is there', async () => {
    const challenges = new Map<string, string>()
    const call = await redirecting({ challenges })
    const path = '/.well-known/acme-challenge/token-1'
    expect((await call({ path })).status).toBe(404)
    challenges.set('token-1', 'token-1.thumbprint')
    expect(await call({ path })).toMatchObject({ status: 200, body: Buffer.from('token-1.thumbprint') })
  })
})
