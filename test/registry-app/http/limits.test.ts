import { describe, expect, test } from 'vitest'
import { content, keysUnder, MiB, sha256 } from '../support/bytes.ts'
import { image, pushBlob, pushManifest } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { trialServer } from './support/trial-server.ts'

const blob = content(1000)
const digest = sha256(blob)
const post = `POST /v2/a/blobs/uploads/?digest=${digest}`

describe('headers', () => {
  test('larger than the limit → 431, and the connection is closed', async () => {
    const { port, call } = await trialServer({ server: { maxHeaderSize: 4096 } })
    const raw = await openSocket(port)
    await raw.send(head('GET /v2/', { 'x-long': 'x'.repeat(5000) }))
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 431 /)
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('just below the limit are taken', async () => {
    const { call } = await trialServer({ server: { maxHeaderSize: 4096 } })
    expect((await call({ path: '/v2/', headers: { 'x-long': 'x'.repeat(3500) } })).status).toBe(200)
  })

  test('that never end → 408, and the connection is closed, though it moves', async () => {
    const { port } = await trialServer({ server: { timeouts: { headers: 200, idle: 60_000 } } })
    const raw = await openSocket(port)
    await raw.send('GET /v2/ HTTP/1.1\r\nhost: registry.test\r\n')
    const timer = setInterval(() => raw.socket.write('x-slow: 1\r\n'), 20)
    const answer = await raw.closed
    clearInterval(timer)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('that never begin: the connection is closed', async () => {
    const { port } = await trialServer({ server: { timeouts: { headers: 200, idle: 60_000 } } })
    const raw = await openSocket(port)
    expect(await raw.closed).toMatch(/^(HTTP\/1\.1 408 [\s\S]*)?$/)
  })
})

test('a connection on which nothing more is asked is closed', async () => {
  const { port } = await trialServer({ server: { timeouts: { headers: 60_000, idle: 50 } } })
  const raw = await openSocket(port)
  await raw.send(head('GET /v2/'))
  expect(await raw.closed).toMatch(/^HTTP\/1\.1 200 /)
})

test('a connection that may idle for ever does so after a download too, whatever its bodies may do', async () => {
  const { port, registry } = await trialServer({
    server: { timeouts: { headers: 60_000, idle: 0 } },
    pipeline: { bodyTimeout: 100 },
  })
  await pushBlob(registry, 'a', blob)
  const raw = await openSocket(port)
  await raw.send(head(`GET /v2/a/blobs/${digest}`))
  await raw.until(/^HTTP\/1\.1 200 /)
  await new Promise(resolve => setTimeout(resolve, 400))
  await raw.send(head('GET /v2/'))
  await raw.until(/HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 200 /)
})

describe('a body', () => {
  test('that stalls ends the request, and leaves nothing', async () => {
    const { port, driver, log, call } = await trialServer({ pipeline: { bodyTimeout: 50 } })
    const raw = await openSocket(port)
    await raw.send(head(post, { 'content-length': 1000 }), blob.subarray(0, 500))
    expect(await raw.closed).toBe('')
    expect(await keysUnder(driver, '')).toEqual([])
    await eventually(() => log().some(line => line.includes('"http.response.status":499'))).toBe(true)
    expect(log().filter(line => line.includes('"level":"error"'))).toEqual([])
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('that is slow, but moves, lives', async () => {
    const { port } = await trialServer({ pipeline: { bodyTimeout: 400 } })
    const raw = await openSocket(port)
    await raw.send(head(post, { 'content-length': 1000 }))
    // Longer altogether than a stall may last, though no single pause is.
    for (let at = 0; at < 1000; at += 100) {
      await raw.send(blob.subarray(at, at + 100))
      await new Promise(resolve => setTimeout(resolve, 60))
    }
    await raw.until(/^HTTP\/1\.1 201 /)
  })

  test('of an answer that nobody takes is given up', async () => {
    const { port, registry, log } = await trialServer({ pipeline: { bodyTimeout: 100 } })
    const large = content(32 * MiB)
    await pushBlob(registry, 'a', large)
    const raw = await openSocket(port)
    raw.socket.pause()
    await raw.send(head(`GET /v2/a/blobs/${sha256(large)}`))
    await eventually(() => log().some(line => line.includes('"http.response.status":499'))).toBe(true)
    expect(log().filter(line => line.includes('"level":"error"'))).toEqual([])
  })

  test('of an answer that is one piece, and that nobody takes, is given up too', async () => {
    const { port, registry, log } = await trialServer({ pipeline: { bodyTimeout: 100 } })
    const config = await pushBlob(registry, 'a', '{}')
    await pushManifest(registry, 'a', image({ config, annotations: { note: 'x'.repeat(4_000_000) } }), { as: 'latest' })
    const raw = await openSocket(port)
    raw.socket.pause()
    // The kernel itself takes the first of them, at both ends.
    await raw.send(head('GET /v2/a/manifests/latest').repeat(5))
    await eventually(() => log().some(line => line.includes('"http.response.status":499'))).toBe(true)
    expect(log().filter(line => line.includes('"level":"error"'))).toEqual([])
  })

  test.each([
    ['both a length and chunks', { 'content-length': 5, 'transfer-encoding': 'chunked' }],
    ['a length that is no number', { 'content-length': 'many' }],
    ['a negative length', { 'content-length': -1 }],
    ['a length beyond all numbers', { 'content-length': '9'.repeat(30) }],
    ['an encoding that nobody knows', { 'transfer-encoding': 'gzip' }],
  ])('with %s → 400, and the connection is closed', async (_, headers) => {
    const { port, call, driver } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(post, headers), 'x')
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 400 /)
    expect((await call({ path: '/v2/' })).status).toBe(200)
    expect(await keysUnder(driver, '')).toEqual([])
  })
})

describe('more connections than are allowed', () => {
  /** Two connections, both in the middle of an upload. */
  async function full() {
    const { port } = await trialServer({ server: { maxConnections: 2 } })
    const uploads = [await openSocket(port), await openSocket(port)] as const
    for (const each of uploads) {
      await each.send(head(post, { 'content-length': 1000, expect: '100-continue' }))
      await each.until(/^HTTP\/1\.1 100 /)
    }
    return { port, uploads }
  }

  test('are closed at once where all are at work', async () => {
    const { port, uploads } = await full()
    expect(await (await openSocket(port)).closed).toBe('')
    for (const each of uploads) {
      await each.send(blob)
      await each.until(/HTTP\/1\.1 201 /)
    }
  })

  test('are taken when one of them has nothing under way: that one gives way', async () => {
    const { port, uploads } = await full()
    const [first, second] = uploads
    await second.send(blob)
    await second.until(/HTTP\/1\.1 201 /)
    const next = await openSocket(port)
    await next.send(head('GET /v2/'))
    await next.until(/^HTTP\/1\.1 200 /)
    await second.closed
    await first.send(blob)
    await first.until(/HTTP\/1\.1 201 /)
  })

  test('that never finish their headers keep nobody out', async () => {
    const { port } = await trialServer({ server: { maxConnections: 20 } })
    const slow = await Promise.all(Array.from({ length: 20 }, () => openSocket(port)))
    for (const each of slow) await each.send('GET /v2/ HTTP/1.1\r\nhost: a\r\nx: ')
    const next = await openSocket(port)
    await next.send(head('GET /v2/'))
    await next.until(/^HTTP\/1\.1 200 /)
    // The longest of them made room.
    expect(await slow[0]?.closed).toBe('')
    expect(slow.filter(({ socket }) => !socket.destroyed).length).toBe(19)
  })
})

test('more headers than are allowed → 431, where Node alone would drop those beyond, and the connection is closed', async () => {
  const { port } = await trialServer()
  const raw = await openSocket(port)
  await raw.send(`GET /v2/ HTTP/1.1\r\nhost: a\r\n${'x:\r\n'.repeat(127)}\r\n`)
  expect(await raw.closed).toMatch(/^HTTP\/1\.1 431 [\s\S]*connection: close/i)
  const few = await openSocket(port)
  await few.send(`GET /v2/ HTTP/1.1\r\nhost: a\r\n${'x:\r\n'.repeat(126)}\r\n`)
  await few.until(/^HTTP\/1\.1 200 /)
})
