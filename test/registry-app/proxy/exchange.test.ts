import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createExchange } from '../../../registry-app/src/proxy/exchange.ts'
import { gather } from '../support/bytes.ts'

/** A server, how many connections were made to it, and whoever asks it. */
async function asked(answer: RequestListener) {
  let connections = 0
  const server = createServer(answer).on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const exchange = createExchange({ userAgent: 'test', answerTimeout: 5000, stallTimeout: 5000 })
  onTestFinished(async () => {
    exchange.close()
    server.closeAllConnections()
    server.close()
  })
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const ask = (method: 'GET' | 'HEAD' = 'GET') =>
    exchange.ask({ url, method, headers: {}, mayReach: () => true, signal: new AbortController().signal })
  return { ask, connections: () => connections }
}

test('a connection is used again after what was read, and after what was not wanted and is small', async () => {
  const { ask, connections } = await asked((request, response) => {
    response.writeHead(200, { 'content-length': 5 }).end(request.method === 'HEAD' ? undefined : 'hello')
  })
  for (const method of ['GET', 'HEAD', 'GET', 'HEAD', 'GET', 'HEAD', 'GET', 'HEAD'] as const) {
    const { body, close } = await ask(method)
    if (method === 'HEAD') close()
    else expect(String(await gather(body))).toBe('hello')
    const unwanted = await ask('GET')
    unwanted.close()
  }
  // One that is not free yet when the next request is made has another one made.
  expect(connections()).toBeLessThan(8)
})

test('one that the server closed while it was idle is replaced', async () => {
  const used = new Set<Socket>()
  const { ask, connections } = await asked(({ socket }, response) => {
    if (used.has(socket)) socket.destroy()
    else response.end('hello')
    used.add(socket)
  })
  for (let round = 0; round < 10; round++) expect(String(await gather((await ask()).body))).toBe('hello')
  expect(connections()).toBe(10)
})

test('a new one that is closed without an answer is a failure', async () => {
  const { ask } = await asked(request => request.socket.destroy())
  await expect(ask()).rejects.toMatchObject({ failure: 'away' })
})

test('who may not be asked is not', async () => {
  const exchange = createExchange({ userAgent: 'test', answerTimeout: 5000, stallTimeout: 5000 })
  onTestFinished(exchange.close)
  const seen: string[] = []
  const mayReach = (address: string) => {
    seen.push(address)
    return false
  }
  const url = new URL('http://localhost:1/')
  const signal = new AbortController().signal
  await expect(exchange.ask({ url, method: 'GET', headers: {}, mayReach, signal })).rejects.toMatchObject({ failure: 'wrong' })
  expect(seen.length).toBeGreaterThan(0)
})
