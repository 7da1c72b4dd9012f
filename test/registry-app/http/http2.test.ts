import { once } from 'node:events'
import { constants } from 'node:http2'
import { connect as tcp } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { windowSize } from '../../../registry-app/src/http/http2-windows.ts'
import { content, keysUnder, MiB, sha256 } from '../support/bytes.ts'
import { image, pushBlob, pushManifest } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { answerOn, closed, http2Client } from './support/http2-client.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { type SecureServerOptions, secureServer } from './support/secure-server.ts'
import { send, type TrialServerOptions, trialServer } from './support/trial-server.ts'

const blob = content(1000)
const post = { method: 'POST', path: `/v2/a/blobs/uploads/?digest=${sha256(blob)}` }

/** A server, and a client on a connection of its own. */
async function both(options: SecureServerOptions = {}) {
  const server = await secureServer(options)
  return { ...server, ...(await http2Client(`https://127.0.0.1:${server.port}`)) }
}

async function* breaking(body: AsyncIterable<Uint8Array>) {
  for await (const piece of body) yield piece.subarray(0, 100)
  throw new Error('the storage went away')
}

const plain = async (options: TrialServerOptions = {}) =>
  trialServer({ ...options, server: { ...options.server, protocols: { http2: true } } })

describe('by HTTP/2', () => {
  test.each([0, 1, 1000, 70_000, 3 * MiB])('a blob of %i bytes is pushed and pulled', async size => {
    const { call } = await both()
    const body = content(size)
    const digest = sha256(body)
    expect(await call({ method: 'POST', path: `/v2/a/blobs/uploads/?digest=${digest}`, body })).toMatchObject({ status: 201 })
    const pulled = await call({ path: `/v2/a/blobs/${digest}` })
    expect({ status: pulled.status, same: pulled.body.equals(body) }).toEqual({ status: 200, same: true })
  })

  test('a body whose length nobody told is taken as one', async () => {
    const { open } = await both()
    const started = await answerOn(open({ method: 'POST', path: '/v2/a/blobs/uploads/' }))
    const patch = open({ method: 'PATCH', path: String(started.headers.location) }, { endStream: false })
    for (let at = 0; at < 1000; at += 100) patch.write(blob.subarray(at, at + 100))
    patch.end()
    const patched = await answerOn(patch)
    expect(patched).toMatchObject({ status: 202, headers: { range: '0-999' } })
    const put = await answerOn(open({ method: 'PUT', path: `${patched.headers.location}&digest=${sha256(blob)}` }))
    expect(put.status).toBe(201)
  })

  test('HEAD has the length and no body', async () => {
    const { call, registry } = await both()
    await pushBlob(registry, 'a', blob)
    const { status, headers, body } = await call({ method: 'HEAD', path: `/v2/a/blobs/${sha256(blob)}` })
    expect({ status, length: headers['content-length'], body: body.length }).toEqual({ status: 200, length: '1000', body: 0 })
  })

  test('an error has the same body, id and headers', async () => {
    const { call } = await both({ pipeline: { headers: { 'X-Own': ['one', 'two'] } } })
    const { status, headers, body } = await call({ path: '/v2/a/manifests/none' })
    expect({ status, code: JSON.parse(body.toString()).errors[0].code }).toEqual({ status: 404, code: 'MANIFEST_UNKNOWN' })
    expect(headers).toMatchObject({ 'x-request-id': expect.stringMatching(/./), 'docker-distribution-api-version': 'registry/2.0' })
    expect(headers['x-own']).toBe('one, two')
  })

  test('headers that only a connection of HTTP/1.1 has are never sent', async () => {
    const forbidden = { Connection: ['close'], 'Keep-Alive': ['timeout=5'], 'Transfer-Encoding': ['chunked'], Upgrade: ['h2c'] }
    const { call } = await both({ pipeline: { headers: forbidden } })
    const { status, headers } = await call({ path: '/v2/' })
    expect(status).toBe(200)
    for (const name of Object.keys(forbidden)) expect(headers[name.toLowerCase()], name).toBeUndefined()
  })

  test('the log has a line a request, with its protocol and who asked', async () => {
    const { call, log } = await both()
    await call({ path: '/v2/', headers: { 'user-agent': 'trial' } })
    await eventually(() => log()).toHaveLength(1)
    expect(JSON.parse(log()[0] ?? '')).toMatchObject({
      'http.request.proto': 'HTTP/2.0',
      'http.request.remoteaddr': '127.0.0.1',
      'http.request.uri': '/v2/',
      'http.request.useragent': 'trial',
      'http.response.status': 200,
    })
  })

  test('URLs have the host that the client asked for', async () => {
    const { call } = await both({ locate: { relativeurls: false } })
    const { headers } = await call({ method: 'POST', path: '/v2/a/blobs/uploads/', headers: { ':authority': 'registry.test:5000' } })
    expect(headers.location).toMatch(/^https:\/\/registry\.test:5000\/v2\/a\/blobs\/uploads\//)
  })

  test('a client that offers a length of its own and sends less stores nothing', async () => {
    const { open, driver, log } = await both()
    const stream = open({ ...post, headers: { 'content-length': 1000 } }, { endStream: false })
    stream.end(blob.subarray(0, 500))
    await closed(stream)
    await eventually(() => log().join()).toMatch(/"http.response.status":499/)
    expect(await keysUnder(driver, '')).toEqual([])
  })

  test.each([
    ['CANCEL', constants.NGHTTP2_CANCEL],
    ['NO_ERROR, as if all were well', constants.NGHTTP2_NO_ERROR],
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
  ])('an upload that its client resets with %s leaves nothing that looks whole', async (_, code) => {
    const { port, call, log } = await plain()
    const { headers } = await call({ method: 'POST', path: '/v2/a/blobs/uploads/' })
    const raw = await openSocket(port)
    const patch = [':method', 'PATCH', ':scheme', 'http', ':path', headers.location ?? '', ':authority', 'registry.test'].map(text =>
      literal(text),
    )
    const fields = Buffer.concat(patch.flatMap((text, index) => (index % 2 === 0 ? [Buffer.from([0]), text] : [text])))
    const reset = Buffer.from([0, 0, 0, code])
    await raw.send(preface, frame(1, 4, 1, fields), frame(0, 0, 1, blob), frame(3, 0, 1, reset))
    await eventually(() =>
      log()
        .filter(line => line.includes('PATCH'))
        .join(),
    ).toMatch(/"http.response.status":499/)
    expect(await call({ path: headers.location ?? '' })).toMatchObject({ status: 204, headers: { range: '0-0' } })
    expect(log().filter(line => line.includes('"level":"error"'))).toEqual([])
  })

  test('a download that its client ends is given up, and the connection lives', async () => {
    const { open, call, registry, log } = await both()
    const large = content(4 * MiB)
    await pushBlob(registry, 'a', large)
    const stream = open({ path: `/v2/a/blobs/${sha256(large)}` })
    await once(stream, 'data')
    stream.close(constants.NGHTTP2_CANCEL)
    await eventually(() => log().join()).toMatch(/"http.response.status":499/)
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('a body that breaks off in the storage breaks the stream, and no other', async () => {
    const { open, call, registry, driver } = await both()
    await pushBlob(registry, 'a', blob)
    const { get } = driver
    driver.get = async (key, options) => {
      const stored = await get.call(driver, key, options)
      return stored && key.endsWith('/data') ? { ...stored, body: breaking(stored.body) } : stored
    }
    await expect(answerOn(open({ path: `/v2/a/blobs/${sha256(blob)}` }))).rejects.toThrow(/NGHTTP2_INTERNAL_ERROR/)
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('an answer that comes before the body is read ends the stream, and the client sees it', async () => {
    const { open, call } = await both()
    const stream = open({ method: 'PUT', path: '/v2/A/manifests/x', headers: { 'content-length': 64 * MiB } }, { endStream: false })
    const ended = closed(stream)
    stream.write(content(100_000))
    expect(await answerOn(stream)).toMatchObject({ status: 400 })
    await ended
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })
})

test('what was sent whole is logged as such, though the client leaves at once', async () => {
  const { registry, open, log } = await both()
  await pushBlob(registry, 'a', blob)
  const stream = open({ path: `/v2/a/blobs/${sha256(blob)}` })
  await once(stream, 'data')
  stream.close(constants.NGHTTP2_CANCEL)
  await eventually(() => log().join()).toMatch(/"http.response.status":200/)
})

describe('the pace', () => {
  test('streams and connections have windows of 16 MiB', async () => {
    const { session, call } = await both()
    await call({ path: '/v2/' })
    expect(windowSize).toBe(16 * MiB)
    expect(session.remoteSettings.initialWindowSize).toBe(windowSize)
    expect(session.state.remoteWindowSize).toBe(windowSize)
  })

  test('many bodies at once share 256 MiB, and when they have ended, the next has a large window again', async () => {
    const { session, open } = await both({ server: { timeouts: { headers: 60_000, idle: 200 } } })
    const streams = Array.from({ length: 40 }, () => open({ ...post, headers: { 'content-length': 1000 } }, { endStream: false }))
    await eventually(() => session.remoteSettings.initialWindowSize).toBe(4 * MiB)
    for (const stream of streams.slice(1)) stream.end(blob)
    await Promise.all(streams.slice(1).map(stream => answerOn(stream)))
    await eventually(() => session.remoteSettings.initialWindowSize).toBe(windowSize)
    streams[0]?.end(blob)
  })

  test('a body that nobody takes in yet is sent no further than its window', async () => {
    const waiting = Promise.withResolvers<void>()
    const { open, driver } = await both()
    const { store } = driver
    driver.store = async (body, key, options) => {
      await waiting.promise
      return store.call(driver, body, key, options)
    }
    const large = content(windowSize + MiB)
    const stream = open({ method: 'POST', path: `/v2/a/blobs/uploads/?digest=${sha256(large)}` }, { endStream: false })
    stream.end(large)
    await eventually(() => stream.state.localWindowSize).toBe(0)
    waiting.resolve()
    expect((await answerOn(stream)).status).toBe(201)
  })

  test('a body that stalls ends its request, and no other', async () => {
    const { open, call, driver, log } = await both({ pipeline: { bodyTimeout: 100 } })
    const stream = open({ ...post, headers: { 'content-length': 1000 } }, { endStream: false })
    stream.write(blob.subarray(0, 500))
    await closed(stream)
    await eventually(() => log().join()).toMatch(/"http.response.status":499/)
    expect(await keysUnder(driver, '')).toEqual([])
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('an answer that nobody takes is given up', async () => {
    const { open, registry, log } = await both({ pipeline: { bodyTimeout: 100 } })
    const large = content(4 * MiB)
    await pushBlob(registry, 'a', large)
    const stream = open({ path: `/v2/a/blobs/${sha256(large)}` })
    stream.on('error', () => {})
    await once(stream, 'response')
    stream.pause()
    await eventually(() => log().join()).toMatch(/"http.response.status":499/)
  })

  test('so is one that is one piece', async () => {
    const server = await secureServer({ pipeline: { bodyTimeout: 100 } })
    const { open } = await http2Client(`https://127.0.0.1:${server.port}`, { settings: { initialWindowSize: 1000 } })
    const config = await pushBlob(server.registry, 'a', '{}')
    await pushManifest(server.registry, 'a', image({ config, annotations: { note: 'x'.repeat(100_000) } }), { as: 'latest' })
    const stream = open({ path: '/v2/a/manifests/latest' })
    stream.on('error', () => {})
    await once(stream, 'response')
    stream.pause()
    await eventually(() => server.log().join()).toMatch(/"http.response.status":499/)
  })
})

describe('limits', () => {
  test('headers larger than the limit are refused, and the next request is served', async () => {
    const { call } = await both({ server: { maxHeaderSize: 4096 } })
    expect((await call({ path: '/v2/', headers: { 'x-long': 'x'.repeat(5000) } })).status).toBe(431)
    expect((await call({ path: '/v2/', headers: { 'x-long': 'x'.repeat(3000) } })).status).toBe(200)
  })

  test('so many streams and no more are open at once', async () => {
    const { session, call } = await both()
    await call({ path: '/v2/' })
    expect(session.remoteSettings.maxConcurrentStreams).toBe(128)
  })

  test('a client that opens streams and resets them at once is cut off (CVE-2023-44487)', async () => {
    const { port, log, server } = await plain()
    const raw = await openSocket(port)
    await raw.send(preface)
    // By HPACK's static table: GET / by http, of the authority x.
    const streams = Array.from({ length: 5000 }, (_, index) => {
      const id = index * 2 + 1
      return Buffer.concat([frame(1, 5, id, Buffer.from([0x82, 0x84, 0x86, 0x01, 1, 0x78])), frame(3, 0, id, Buffer.from([0, 0, 0, 8]))])
    })
    raw.socket.write(Buffer.concat(streams))
    await raw.closed
    await eventually(() => log().length).toBeGreaterThan(0)
    expect(log().length).toBeLessThan(streams.length)
    expect(await server.stop(60_000)).toBe(0)
  })

  test('a connection on which nothing is asked is closed', async () => {
    const { port } = await plain({ server: { timeouts: { headers: 100, idle: 60_000 } } })
    const { session } = await http2Client(`http://127.0.0.1:${port}`)
    await once(session, 'close')
  })

  test('so is one on which nothing more is asked, though it moves', async () => {
    const { session, call } = await both({ server: { timeouts: { headers: 60_000, idle: 100 } } })
    // Before it is idle: on a busy machine it can be closed by the time that the answer is seen.
    const ended = once(session, 'close')
    await call({ path: '/v2/' })
    const timer = setInterval(() => session.destroyed || session.closed || session.ping(() => {}), 20)
    await ended
    clearInterval(timer)
  })

  test('one whose request takes long stays open', async () => {
    const { open } = await both({ server: { timeouts: { headers: 60_000, idle: 50 } } })
    const stream = open({ ...post, headers: { 'content-length': 1000 } }, { endStream: false })
    for (let at = 0; at < 1000; at += 250) {
      stream.write(blob.subarray(at, at + 250))
      await new Promise(resolve => setTimeout(resolve, 60))
    }
    stream.end()
    expect((await answerOn(stream)).status).toBe(201)
  })

  test('a connection with an upload under way gives way to nobody, and one without does', async () => {
    const { port, open, call, session } = await both({ server: { maxConnections: 1 } })
    const connect = () => {
      const socket = tcp({ host: '127.0.0.1', port })
      onTestFinished(() => void socket.destroy())
      return socket.resume()
    }
    const stream = open({ ...post, headers: { 'content-length': 1000 } }, { endStream: false })
    stream.write(blob.subarray(0, 500))
    // When this is answered, the upload before it has begun.
    await call({ path: '/v2/' })
    await once(connect(), 'close')
    stream.end(blob.subarray(500))
    expect((await answerOn(stream)).status).toBe(201)

    const gone = new Promise(resolve => session.on('error', () => {}).once('close', resolve))
    connect()
    await gone
  })
})

describe('a stop', () => {
  test('tells the client that this was the last, lets the upload under way finish, and closes the connection', async () => {
    const { session, open, server, call } = await both()
    const stream = open({ ...post, headers: { 'content-length': 1000 } }, { endStream: false })
    stream.write(blob.subarray(0, 500))
    await call({ path: '/v2/' })
    const goaway = once(session, 'goaway')
    const stopped = server.stop(60_000)
    await goaway
    stream.end(blob.subarray(500))
    expect((await answerOn(stream)).status).toBe(201)
    expect(await stopped).toBe(0)
  })

  test('cuts what has not finished in time, and says how many', async () => {
    const { open, server, call } = await both()
    const stream = open({ ...post, headers: { 'content-length': 1000 } }, { endStream: false })
    stream.on('error', () => {})
    stream.write(blob.subarray(0, 500))
    await call({ path: '/v2/' })
    expect(await server.stop(20)).toBe(1)
  })

  test('does not wait for connections on which nothing is asked', async () => {
    const { session, server, call } = await both()
    await call({ path: '/v2/' })
    const closed = once(session, 'close')
    expect(await server.stop(60_000)).toBe(0)
    await closed
  })
})

describe('http.h2c.enabled', () => {
  test('a plain port speaks HTTP/2 to who begins with it', async () => {
    const { port } = await plain()
    const { call } = await http2Client(`http://127.0.0.1:${port}`)
    expect(await call({ ...post, body: blob })).toMatchObject({ status: 201 })
  })

  test('and HTTP/1.1 to everybody else, also byte by byte', async () => {
    const { port } = await plain()
    expect((await send({ ...post, body: blob }, { host: '127.0.0.1', port })).status).toBe(201)
    const raw = await openSocket(port)
    for (const byte of head('PUT /v2/')) await raw.send(byte)
    await raw.until(/^HTTP\/1\.1 405 /)
  })

  test('a large upload by HTTP/1.1 arrives as it was sent', async () => {
    const { port, call } = await plain()
    const large = content(5 * MiB)
    const path = `/v2/a/blobs/uploads/?digest=${sha256(large)}`
    expect((await send({ method: 'POST', path, body: large }, { host: '127.0.0.1', port })).status).toBe(201)
    expect((await call({ path: `/v2/a/blobs/${sha256(large)}` })).body.equals(large)).toBe(true)
  })

  test('one that begins like HTTP/2 and goes on otherwise is closed', async () => {
    const { port } = await plain()
    const raw = await openSocket(port)
    await raw.send('PRI * HTTP/2.0\r\n\r\nGET /v2/ HTTP/1.1\r\n\r\n')
    expect(await raw.closed).not.toMatch(/^HTTP\/1/)
  })

  test('without it, HTTP/2 is not spoken', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 400 /)
  })
})

/** RFC 9113, section 4.1: 0 is DATA, 1 HEADERS, 3 RST_STREAM, 4 SETTINGS. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0))])

/** A string of HPACK as it stands (RFC 7541, sections 5.1 and 5.2). */
function literal(text: string): Buffer {
  const length: number[] = []
  let rest = text.length
  if (rest < 0x7f) length.push(rest)
  else
    for (length.push(0x7f), rest -= 0x7f; ; rest >>= 7) {
      length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest)
      if (rest <= 0x7f) break
    }
  return Buffer.concat([Buffer.from(length), Buffer.from(text)])
}
