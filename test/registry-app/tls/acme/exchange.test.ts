import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createExchange } from '../../../../registry-app/src/tls/acme/exchange.ts'
import { AcmeProblem, AcmeUnreachable } from '../../../../registry-app/src/tls/acme/problem.ts'

describe('an exchange with an ACME server', () => {
  let server: Server | undefined
  const ending = new AbortController()

  afterEach(() => {
    server?.close()
    server?.closeAllConnections()
  })

  const serve = async (listener: RequestListener) => {
    server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/dir`
  }
  const exchange = createExchange({ ca: undefined, userAgent: 'bucket-registry/1', now: () => new Date(0), signal: ending.signal })
  const get = (url: string) => exchange({ url, method: 'GET', headers: {}, body: undefined })
  const refusal = (type: string, status = 400, headers = {}) =>
    serve((_, response) => void response.writeHead(status, headers).end(JSON.stringify({ type, detail: 'not\nso', status })))

  test('says who asks, sends what is to be sent, and gives back what came', async () => {
    const url = await serve(async (request, response) => {
      const sent = await new Response(request as unknown as ReadableStream).text()
      response.setHeader('retry-after', '7').end(`${request.headers['user-agent']} ${request.headers['content-type']} ${sent}`)
    })
    const answer = await exchange({ url, method: 'POST', headers: { 'content-type': 'application/jose+json' }, body: '{}' })
    expect(answer).toMatchObject({ status: 200, data: 'bucket-registry/1 application/jose+json {}', retryAfter: 7000 })
  })

  test('throws a refusal, with its type, its words on one line, and how long it stands', async () => {
    const url = await refusal('urn:ietf:params:acme:error:rateLimited', 429, { 'retry-after': 'Thu, 01 Jan 1970 01:00:00 GMT' })
    const error = await get(url).catch(error => error)
    expect(error).toBeInstanceOf(AcmeProblem)
    expect(error).toMatchObject({ type: 'rateLimited', message: 'not so', status: 429, retryAfter: 3_600_000 })
  })

  test('leaves the refusal of a nonce to the library, which asks with another', async () => {
    const url = await refusal('urn:ietf:params:acme:error:badNonce')
    expect((await get(url)).status).toBe(400)
  })

  test('throws a refusal whose words cannot be read, with its status', async () => {
    const url = await serve((_, response) => void response.writeHead(503).end('<html>'))
    await expect(get(url)).rejects.toThrow('the server answered 503')
  })

  test('says which server cannot be reached, and why', async () => {
    const url = await serve(() => {})
    server?.close()
    await expect(get(url)).rejects.toThrow(AcmeUnreachable)
    await expect(get(url)).rejects.toThrow(/the certificate authority at 127\.0\.0\.1:\d+ cannot be reached: connect ECONNREFUSED/)
  })

  test('does not read an answer without end', async () => {
    const url = await serve((_, response) => {
      const more = () => {
        while (response.writable && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })
    await expect(get(url)).rejects.toThrow('its answer is larger than 1048576 bytes')
  })

  test('ends when the registry does', async () => {
    const url = await serve(() => {})
    const reason = new Error('the registry is stopping')
    const own = new AbortController()
    const asking = createExchange({ ca: undefined, userAgent: 'x', now: () => new Date(0), signal: own.signal })
    const asked = asking({ url, method: 'GET', headers: {}, body: undefined })
    own.abort(reason)
    await expect(asked).rejects.toBe(reason)
  })
})
