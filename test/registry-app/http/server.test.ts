import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../../registry-app/src/config/address.ts'
import { content, sha256 } from '../support/bytes.ts'
import { temporaryFolder } from '../support/folder.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { send, trialServer } from './support/trial-server.ts'

const blob = content(1000)
const post = `POST /v2/a/blobs/uploads/?digest=${sha256(blob)}`
const long = 60_000

describe('a stop', () => {
  test('lets an upload in flight finish, tells its client that this was the last, and cuts nothing', async () => {
    const { port, server } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(post, { 'content-length': 1000 }), blob.subarray(0, 500))
    // Once this is answered, the upload has begun.
    await send({ path: '/v2/' }, { host: '127.0.0.1', port })
    const stopped = server.stop(long)
    await raw.send(blob.subarray(500))
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 201 [\s\S]*connection: close/i)
    expect(await stopped).toBe(0)
  })

  test('refuses new connections at once', async () => {
    const { port, server } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(post, { 'content-length': 1000 }), blob.subarray(0, 500))
    await send({ path: '/v2/' }, { host: '127.0.0.1', port })
    const stopped = server.stop(long)
    const [error] = await once(connect({ host: '127.0.0.1', port }), 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
    await raw.send(blob.subarray(500))
    await stopped
  })

  test('cuts what has not finished in time, and says how many', async () => {
    const { port, server } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(post, { 'content-length': 1000 }), blob.subarray(0, 500))
    await send({ path: '/v2/' }, { host: '127.0.0.1', port })
    expect(await server.stop(20)).toBe(1)
    expect(await raw.closed).toBe('')
  })

  test('does not wait for connections that are idle', async () => {
    const { port, server } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head('GET /v2/'))
    await raw.until(/^HTTP\/1\.1 200 /)
    expect(await server.stop(long)).toBe(0)
    await raw.closed
  })

  test('does not wait for connections on which nothing was asked yet', async () => {
    const { port, server } = await trialServer()
    const raw = await openSocket(port)
    // The server has seen it: it was there before one that is answered.
    await send({ path: '/v2/' }, { host: '127.0.0.1', port })
    expect(await server.stop(long)).toBe(0)
    await raw.closed
  })
})

const hasIPv6 = Object.values(networkInterfaces()).some(addresses => addresses?.some(({ address }) => address === '::1'))

describe('an address', () => {
  const listening = async (addr: string) => {
    const { server, port } = await trialServer({ server: { listen: parseAddress(addr).listen } })
    return { addresses: server.addresses, port }
  }

  test.runIf(hasIPv6)('localhost:0 is 127.0.0.1 and ::1 with the same port', async () => {
    const { addresses, port } = await listening('localhost:0')
    expect(addresses).toEqual([`http://127.0.0.1:${port}`, `http://[::1]:${port}`])
    for (const host of ['127.0.0.1', '::1']) expect((await send({ path: '/v2/' }, { host, port })).status).toBe(200)
  })

  test('127.0.0.1:0 is that alone', async () => {
    const { addresses, port } = await listening('127.0.0.1:0')
    expect(port).toBeGreaterThan(0)
    expect(addresses).toEqual([`http://127.0.0.1:${port}`])
  })

  test.runIf(hasIPv6)('[::1]:0 is that alone', async () => {
    const { addresses, port } = await listening('[::1]:0')
    expect(addresses).toEqual([`http://[::1]:${port}`])
    await expect(send({ path: '/v2/' }, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test(':0 is every address', async () => {
    const { port } = await listening(':0')
    for (const host of hasIPv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
      expect((await send({ path: '/v2/' }, { host, port })).status).toBe(200)
    }
  })

  test('a path is a unix socket', async () => {
    const path = join(await temporaryFolder(), 'registry.sock')
    const { server } = await trialServer({ server: { listen: parseAddress(path, 'unix').listen } })
    expect(server.addresses).toEqual([path])
    expect((await send({ path: '/v2/' }, { socketPath: path })).status).toBe(200)
  })

  test('that is taken already is an error', async () => {
    const { port } = await listening('127.0.0.1:0')
    await expect(listening(`127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

test('a request whose answer fails unexpectedly breaks its own connection, is told to the log, and ends nothing else', async () => {
  let failing = true
  const { port, log } = await trialServer({
    server: {
      async handle(_, response) {
        if (failing) throw new Error('EMFILE: too many open files')
        response.writeHead(200, [])
        response.end()
      },
    },
  })
  await expect(send({ path: '/metrics' }, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(log().filter(line => line.includes('EMFILE'))).toHaveLength(1)
  failing = false
  expect((await send({ path: '/metrics' }, { host: '127.0.0.1', port })).status).toBe(200)
})
