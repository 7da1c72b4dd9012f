import { describe, expect, test } from 'vitest'
import { head, openSocket } from './support/raw-socket.ts'
import { trialServer } from './support/trial-server.ts'

/** What must never be taken for a request, or is one of its own: it would be answered by 404 with this name. */
const canary = 'GET /v2/canary/tags/list HTTP/1.1\r\nhost: a\r\n\r\n'
const seenCanary = /NAME_UNKNOWN|canary/

const answersIn = (received: string) => received.split(/(?=HTTP\/1\.1 \d{3} )/)

const post = 'POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: a\r\n'
const chunked = `${post}transfer-encoding: chunked\r\n\r\n`
const get = 'GET /v2/ HTTP/1.1\r\n'

/** Each could be read as another request, or another body, by another program on the way. The body that it might have is the canary. */
const faulty: readonly [sentence: string, bytes: string, status?: RegExp][] = [
  ['a length and chunks', `${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks and a length', `${post}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`],
  ['chunks and something else', `${post}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n`],
  ['chunks of chunks', `${post}transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  ['chunks that are not last', `${post}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
  ['chunks of what is encoded', `${post}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, /^HTTP\/1\.1 501 /],
  ['almost chunked', `${post}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['chunked in quotes', `${post}transfer-encoding: "chunked"\r\n\r\n0\r\n\r\n`],
  ['chunked behind a vertical tab', `${post}transfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n`],
  ['chunked in a folded line', `${post}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
  ['an empty encoding', `${post}transfer-encoding:\r\n\r\n0\r\n\r\n`],
  ['a space before the colon', `${post}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
  ['chunks in HTTP/1.0', 'POST /v2/a/blobs/uploads/ HTTP/1.0\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', `${post}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`],
  ['the same length twice', `${post}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`],
  ['a list of lengths', `${post}content-length: 5, 5\r\n\r\nhello`],
  ['a length with a sign', `${post}content-length: +5\r\n\r\nhello`],
  ['a length in hexadecimal', `${post}content-length: 0x5\r\n\r\nhello`],
  ['a length with a space in it', `${post}content-length: 5 5\r\n\r\nhello`],
  ['an empty length', `${post}content-length:\r\n\r\n`],
  ['a folded length', `${post}content-length:\r\n 5\r\n\r\nhello`],
  ['a length behind a space', `${post} content-length: 5\r\n\r\nhello`],
  ['any folded line', `${post}x: a\r\n b\r\ncontent-length: 0\r\n\r\n`],
  ['lines that end in LF', 'POST /v2/a/blobs/uploads/ HTTP/1.1\nhost: a\ncontent-length: 0\n\n'],
  ['a LF in a header', `${post}x: a\ncontent-length: 5\r\n\r\nhello`],
  ['a CR in a header', `${post}x: a\rcontent-length: 5\r\n\r\nhello`],
  ['a CR too many', `${post}x: a\r\r\n\r\n`],
  ['a NUL in a value', `${post}x: a\0b\r\ncontent-length: 0\r\n\r\n`],
  ['a NUL in a name', `${post}x\0: b\r\ncontent-length: 0\r\n\r\n`],
  ['a line without a colon', `${post}xabc\r\ncontent-length: 0\r\n\r\n`],
  ['a header without a name', `${post}: x\r\ncontent-length: 0\r\n\r\n`],
  ['chunks that end in LF', `${chunked}5\nhello\n0\n\n`],
  ['a chunk with a sign', `${chunked}+5\r\nhello\r\n0\r\n\r\n`],
  ['a chunk of a negative size', `${chunked}-5\r\nhello\r\n0\r\n\r\n`],
  ['a chunk whose size says 0x', `${chunked}0x5\r\nhello\r\n0\r\n\r\n`],
  ['a chunk whose size wraps around', `${chunked}10000000000000005\r\nhello\r\n0\r\n\r\n`],
  ['a chunk whose size has a space behind it', `${chunked}5 \r\nhello\r\n0\r\n\r\n`],
  ['a chunk that is longer than it says', `${chunked}5\r\nhelloXX0\r\n\r\n`],
  ['a LF in what follows the size of a chunk', `${chunked}5;a\nb\r\nhello\r\n0\r\n\r\n`],
  ['very much behind the size of a chunk', `${chunked}5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`, /^HTTP\/1\.1 413 /],
  ['a length among the trailers', `${chunked}0\r\ncontent-length: 50\r\n\r\n`],
  ['very long trailers', `${chunked}0\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['no Host', `${get}\r\n`],
  ['two Hosts', `${get}host: a\r\nHOST: b\r\n\r\n`],
  ['a Host with a path', `${get}host: a/b\r\n\r\n`],
  ['a Host with a user', `${get}host: a@b\r\n\r\n`],
  ['a Host with a list', `${get}host: a,b c\r\n\r\n`],
  ['a Host whose port is no number', `${get}host: a:b\r\n\r\n`],
  ['a target of another form', 'GET evil:80 HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['a space in the target', 'GET /v2/ x HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['bytes beyond ASCII in the target', 'GET /v2/\xff\xfe HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['tabs in the first line', 'GET\t/v2/\tHTTP/1.1\r\nhost: a\r\n\r\n'],
  ['a method in small letters', 'get /v2/ HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['a method that nobody knows', 'SMUGGLE /v2/ HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['HTTP/1.2', 'GET /v2/ HTTP/1.2\r\nhost: a\r\n\r\n'],
  ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
]

describe('a request with', () => {
  test.each(faulty)('%s is refused, and the connection is closed', async (_, bytes, status = /^HTTP\/1\.1 400 /) => {
    const { port, call } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(bytes)
    const answer = await raw.closed
    expect(answer).toMatch(status)
    expect(answersIn(answer).length).toBe(1)
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })
})

/** Where each request ends is clear: the canary behind it is a request, and is answered once. */
const clear: readonly [sentence: string, bytes: string, first: RegExp][] = [
  ['a body that nobody asked for', head('GET /v2/', { 'content-length': canary.length }) + canary, /^HTTP\/1\.1 200 /],
  ['a body behind HEAD', head('HEAD /v2/', { 'content-length': canary.length }) + canary, /^HTTP\/1\.1 200 /],
  ['a body that is refused', head('PUT /v2/A/manifests/x', { 'content-length': canary.length }) + canary, /^HTTP\/1\.1 400 /],
  [
    'a body in chunks',
    `${head('POST /v2/a/blobs/uploads/', { 'transfer-encoding': 'chunked' })}${canary.length.toString(16)}\r\n${canary}\r\n0\r\n\r\n`,
    /^HTTP\/1\.1 202 /,
  ],
  ['zeros before its length', `${post}content-length: 000${canary.length}\r\n\r\n${canary}`, /^HTTP\/1\.1 202 /],
  ['something behind the size of a chunk', `${chunked}5;a=b\r\nhello\r\n0\r\n\r\n`, /^HTTP\/1\.1 202 /],
  ['trailers', `${chunked}0\r\nx-trailer: a\r\n\r\n`, /^HTTP\/1\.1 202 /],
  ['a Host that has a port', `${get}host: [::1]:5000\r\n\r\n`, /^HTTP\/1\.1 200 /],
  ['a Host that is empty', `${get}host:\r\n\r\n`, /^HTTP\/1\.1 200 /],
  ['the URL of another host as its target', 'GET http://evil/v2/ HTTP/1.1\r\nhost: a\r\n\r\n', /^HTTP\/1\.1 200 /],
  ['a star as its target', 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n', /^HTTP\/1\.1 404 /],
  ['an expectation that nobody can meet', head('GET /v2/', { expect: 'the-impossible' }), /^HTTP\/1\.1 417 /],
  ['empty lines before it', `\r\n\r\n${head('GET /v2/')}`, /^HTTP\/1\.1 200 /],
  ['TRACE, which would show what a proxy added', head('TRACE /v2/'), /^HTTP\/1\.1 405 /],
]

describe('the request behind one with', () => {
  test.each(clear)('%s is answered, and only it', async (_, bytes, first) => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(bytes, canary)
    await raw.until(/"NAME_UNKNOWN"/)
    // Closed by a third request, so that all answers are here.
    await raw.send(head('GET /v2/', { connection: 'close' }))
    const answers = answersIn(await raw.closed)
    expect(answers.map(answer => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])).toEqual([/ (\d+) /.exec(first.source)?.[1], '404', '200'])
  })
})

describe('nothing is answered behind', () => {
  test('the beginning of a body that was refused for its length', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head('PUT /v2/a/manifests/x', { 'content-length': 5_000_000 }), canary.repeat(300))
    // The rest does not come; the server does not wait for all of it.
    const answer = await raw.closed
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i)
    expect(answer).not.toMatch(seenCanary)
  })

  test('a request to speak another protocol', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head('GET /v2/', { connection: 'upgrade', upgrade: 'h2c' }), canary)
    const answer = await raw.closed
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    expect(answer).not.toMatch(seenCanary)
  })

  test('CONNECT, which is not answered itself', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head('CONNECT registry.test:443'), canary)
    expect(await raw.closed).toBe('')
  })

  test('a line of HTTP/0.9', async () => {
    const { port } = await trialServer({ server: { timeouts: { headers: 100, idle: 60_000 } } })
    const raw = await openSocket(port)
    await raw.send('GET /v2/\r\n')
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 408 /)
  })
})

test('requests of HTTP/1.0 are answered, the last with the end of the connection', async () => {
  const { port } = await trialServer()
  const raw = await openSocket(port)
  await raw.send('GET /v2/ HTTP/1.0\r\n\r\n')
  expect(await raw.closed).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i)
})

const injected = [
  '%0d%0aset-cookie:%20x=1',
  '%0D%0A%0D%0A<script>',
  '%00',
  '%0a',
  '%e5%98%8a%e5%98%8dset-cookie:x',
  '"><script>',
  '%22',
  '%7f',
]

describe('what a client writes gets into no header as a line of its own', () => {
  test.each(injected)('%s', async text => {
    const { port } = await trialServer({ locate: { relativeurls: false } })
    const raw = await openSocket(port)
    const paths = [
      `POST /v2/a/blobs/uploads/?x=${text}`,
      `POST /v2/a${text}/blobs/uploads/`,
      `PUT /v2/a/manifests/${text}`,
      `GET /v2/a/manifests/latest${text}`,
      `GET /v2/_catalog?n=1&last=${text}`,
      `GET /v2/a/referrers/sha256:${'0'.repeat(64)}?artifactType=${text}`,
      `GET /v2/a/blobs/uploads/${text}?_state=${text}`,
      `POST /v2/a/blobs/uploads/?mount=sha256:${'0'.repeat(64)}&from=${text}`,
      `GET /${text}/v2/`,
    ]
    for (const path of paths) await raw.send(head(path, { 'content-length': 0 }))
    await raw.send(head('GET /v2/', { connection: 'close' }))
    const answers = answersIn(await raw.closed)
    expect(answers.length).toBe(paths.length + 1)
    for (const answer of answers) {
      const [headers = ''] = answer.split('\r\n\r\n')
      expect(headers).not.toMatch(/set-cookie:|<script>|\0|[^\r]\n/i)
      expect(headers).not.toMatch(/^HTTP\/1\.1 5/)
    }
  })
})
