import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { S3Call } from '../../../registry-app/src/s3/bucket.ts'
import { S3Error } from '../../../registry-app/src/s3/errors.ts'
import type { S3Options } from '../../../registry-app/src/s3/options.ts'
import { failureOf, secretAccessKey, textOfBody, trial, trialBucket } from './support/trial-bucket.ts'
import { answer, cutShort, type Reply, refusal, reset, silence, trialTime } from './support/trial-store.ts'

const get: S3Call = { operation: 'GetObject', method: 'GET', key: 'a/b' }
const put: S3Call = { operation: 'PutObject', method: 'PUT', key: 'a/b', body: [Buffer.from('one '), Buffer.from('two')] }

const large = Buffer.alloc(2_500_000, 'large')
const md5 = (bytes: string | Buffer) => hash('md5', bytes, 'base64')

describe('a request', () => {
  test('has the path, the query, the headers and the body of its call', async () => {
    const { bucket, store } = await trial([answer(200, 'fine')])
    const call: S3Call = { ...put, query: { uploads: '', partNumber: '1', left: undefined }, headers: { 'x-amz-acl': 'private' } }
    const { status, text } = await bucket.send(call)
    expect({ status, text }).toEqual({ status: 200, text: 'fine' })
    expect(store.requests).toMatchObject([
      {
        method: 'PUT',
        url: '/images/a/b?partNumber=1&uploads=',
        body: 'one two',
        headers: { 'x-amz-acl': 'private', 'content-length': '7', 'user-agent': 'bucket-registry' },
      },
    ])
  })

  test('is signed by version 4 unless told otherwise', async () => {
    const { bucket, store } = await trial([answer(200)])
    await bucket.send(get)
    const { headers } = store.requests[0] ?? {}
    expect(headers?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20260301\/east-1\/s3\/aws4_request,/)
    expect(headers).toMatchObject({ host: new URL(store.endpoint).host, 'x-amz-date': '20260301T120000Z' })
  })

  test('is signed by version 2 where that is configured', async () => {
    const { bucket, store } = await trial([answer(200)], { signing: 'v2' })
    await bucket.send(get)
    expect(store.requests[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(/^AWS AKIAIOSFODNN7EXAMPLE:/),
      date: 'Sun, 01 Mar 2026 12:00:00 GMT',
    })
    expect(store.requests[0]?.headers).not.toHaveProperty('x-amz-content-sha256')
  })

  test.each<[string, S3Call, string]>([
    ['its known digest', { ...put, contentSha256: 'abc' }, 'abc'],
    ['the hash of a small body', put, hash('sha256', 'one two')],
    ['the hash of nothing', get, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('without TLS says %s', async (_, call, said) => {
    const { bucket, store } = await trial([answer(200)])
    await bucket.send(call)
    expect(store.requests[0]?.headers['x-amz-content-sha256']).toBe(said)
  })

  test('never sends chunks of its own encoding, nor a checksum that nobody asked for', async () => {
    const { bucket, store } = await trial([answer(200)])
    await bucket.send({ ...put, body: [Buffer.alloc(3_000_000)] })
    const names = Object.keys(store.requests[0]?.headers ?? {})
    expect(names.sort()).toEqual([
      ...['authorization', 'connection', 'content-length', 'host', 'user-agent', 'x-amz-content-sha256', 'x-amz-date'],
    ])
    expect(store.requests[0]?.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD')
  })

  test.each<[string, S3Call, string | undefined]>([
    ['what is put', put, md5('one two')],
    ['an object of no bytes', { ...put, body: [] }, md5('')],
    ['what is larger than is hashed at once', { ...put, body: [large, large.subarray(1)] }, md5(Buffer.concat([large, large.subarray(1)]))],
    ['a copy', { operation: 'CopyObject', method: 'PUT', key: 'a' }, undefined],
    ['what is asked for', get, undefined],
  ])('tells the MD5, where it is to: of %s', async (_, call, said) => {
    const { bucket, store } = await trial([refusal(503, 'SlowDown'), answer(200)], { contentMd5: true })
    await bucket.send(call)
    expect(store.requests.map(({ headers }) => headers['content-md5'])).toEqual([said, said])
  })

  test('is not sent where its caller leaves while the MD5 is computed', async () => {
    const { bucket, store } = await trial([answer(200)], { contentMd5: true })
    const leaving = new AbortController()
    const sending = bucket.send({ ...put, body: [large], signal: leaving.signal })
    leaving.abort(new Error('left'))
    await expect(sending).rejects.toThrow('left')
    expect(store.requests).toEqual([])
  })

  test('has the length 0 where it has no body and is to have one', async () => {
    const { bucket, store } = await trial([answer(200)])
    await bucket.send({ operation: 'CreateMultipartUpload', method: 'POST', key: 'a' })
    expect(store.requests[0]?.headers['content-length']).toBe('0')
  })

  test('names the user agent of the configuration', async () => {
    const { bucket, store } = await trial([answer(200)], { userAgent: 'mine/1.0' })
    await bucket.send(get)
    expect(store.requests[0]?.headers['user-agent']).toBe('mine/1.0')
  })

  test('goes over connections that are used again, after HEAD too', async () => {
    const { bucket, store } = await trial(Array.from({ length: 12 }, () => answer(200)))
    for (let round = 0; round < 4; round++) {
      for (const call of [{ ...get, method: 'HEAD' as const }, get, put]) await bucket.send(call)
    }
    // One that has just served rests for a turn of the event loop, and another is made meanwhile.
    expect(store.connections()).toBeLessThanOrEqual(2)
  })
})

describe('what passes is tried again', () => {
  test.each<[string, Reply]>([
    ['503 SlowDown', refusal(503, 'SlowDown')],
    ['500 InternalError', refusal(500, 'InternalError')],
    ['502 of a proxy', answer(502, '<html>Bad gateway</html>')],
    ['504', answer(504)],
    ['429', answer(429)],
    ['400 RequestTimeout', refusal(400, 'RequestTimeout')],
    ['409 OperationAborted', refusal(409, 'OperationAborted')],
    ['400 IncompleteBody', refusal(400, 'IncompleteBody')],
    ['499 ClientDisconnected', refusal(499, 'ClientDisconnected')],
    ['a reset', reset],
    ['an answer that is cut short', cutShort(200, 'not all of this', 5, 'end')],
    ['an answer that is reset midway', cutShort(200, 'not all of this', 5, 'reset')],
    ['200 with an error for a body', refusal(200, 'InternalError')],
  ])('%s', async (_, reply) => {
    const { bucket, store, waits } = await trial([reply, answer(200, 'fine')])
    const { text, repeated } = await bucket.send(put)
    expect({ text, repeated }).toEqual({ text: 'fine', repeated: true })
    expect(store.requests.map(({ body }) => body)).toEqual(['one two', 'one two'])
    expect(waits).toHaveLength(1)
  })

  test('silence, once the time for an answer is over', async () => {
    const { bucket, store } = await trial([silence, answer(200, 'fine')], { timeouts: { answer: 100 } })
    expect((await bucket.send(put)).text).toBe('fine')
    expect(store.requests).toHaveLength(2)
  })

  test('silence that has lasted for half of the time that all attempts have', async () => {
    const { bucket, store } = await trial([silence, answer(200, 'fine')], { retries: { time: 2000 } })
    const begun = performance.now()
    expect((await bucket.send(put)).text).toBe('fine')
    expect(store.requests).toHaveLength(2)
    expect(performance.now() - begun).toBeLessThan(3000)
  })

  test('each time signed anew', async () => {
    const { bucket, store } = await trial([refusal(503, 'SlowDown', { headers: { 'retry-after': '7' } }), answer(200)])
    await bucket.send(put)
    expect(store.requests.map(({ headers }) => headers['x-amz-date'])).toEqual(['20260301T120000Z', '20260301T120007Z'])
  })

  test('and told to whoever observes, attempt by attempt', async () => {
    const { bucket, exchanges } = await trial([answer(500, 'oh'), reset, answer(200, 'fine')])
    await bucket.send(put)
    expect(exchanges).toMatchObject([
      { operation: 'PutObject', attempt: 1, status: 500, bytesSent: 7, bytesReceived: 2 },
      { operation: 'PutObject', attempt: 2, status: undefined, bytesSent: 7, bytesReceived: 0 },
      { operation: 'PutObject', attempt: 3, status: 200, bytesSent: 7, bytesReceived: 4 },
    ])
  })
})

describe('what stays is not tried again', () => {
  test.each<[string, Reply]>([
    ['403', refusal(403, 'InvalidAccessKeyId')],
    ['404 NoSuchBucket', refusal(404, 'NoSuchBucket')],
    ['400', refusal(400, 'BadDigest')],
    ['501', refusal(501, 'NotImplemented')],
    ['301', refusal(301, 'PermanentRedirect')],
    ['200 with such an error for a body', refusal(200, 'InvalidArgument')],
  ])('%s', async (_, reply) => {
    const { bucket, store } = await trial([reply, answer(200)])
    const error = await failureOf(bucket.send(put))
    expect(error).toBeInstanceOf(S3Error)
    expect(error).toMatchObject({ unavailable: false, retry: undefined })
    expect(store.requests).toHaveLength(1)
  })
})

describe('what is denied', () => {
  const denied = (status = 403) => refusal(status, 'AccessDenied')

  test.each<[string, Reply, S3Call]>([
    ['of an object', denied(), put],
    ['that ends an upload in parts', denied(), { operation: 'CompleteMultipartUpload', method: 'POST', key: 'a/b' }],
    ['that is a copy, and said 200 before', denied(200), { operation: 'CopyObject', method: 'PUT', key: 'a/b' }],
  ])('is tried once more if it was to write: a request %s', async (_, reply, call) => {
    const { bucket, store } = await trial([reply, answer(200), reply, reply, answer(200)])
    expect(await bucket.send(call)).toMatchObject({ status: 200 })
    expect(await failureOf(bucket.send(call))).toMatchObject({ code: 'AccessDenied', unavailable: false })
    expect(store.requests).toHaveLength(4)
  })

  test.each<[string, S3Call]>([
    ['to read', get],
    ['to delete', { operation: 'DeleteObject', method: 'DELETE', key: 'a/b' }],
    ['to delete many', { operation: 'DeleteObjects', method: 'POST' }],
  ])('is not if it was %s', async (_, call) => {
    const { bucket, store } = await trial([denied(), answer(200)])
    expect(await failureOf(bucket.send(call))).toMatchObject({ code: 'AccessDenied', unavailable: false })
    expect(store.requests).toHaveLength(1)
  })
})

test('a store that nobody listens for is unavailable, after retries', async () => {
  const { bucket, waits } = await trialBucket({ endpoint: 'http://127.0.0.1:9', retries: { attempts: 3 } })
  const error = await failureOf(bucket.send(get))
  expect(error).toMatchObject({ unavailable: true, status: undefined, operation: 'GetObject', bucket: 'images', key: 'a/b' })
  expect(String(error)).toBe('S3Error: GetObject of a/b in bucket images: no answer from 127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9')
  expect(waits).toEqual([50, 100])
})

test('a store that answers 503 to the end is unavailable, and how long it wants to be left alone is known', async () => {
  const replies = Array.from({ length: 3 }, () => refusal(503, 'SlowDown', { headers: { 'retry-after': '3' } }))
  const { bucket, waits } = await trial(replies, { retries: { attempts: 3 } })
  expect(await failureOf(bucket.send(get))).toMatchObject({ unavailable: true, status: 503, code: 'SlowDown', retryAfter: 3 })
  expect(waits).toEqual([3000, 3000])
})

test('the store is away, too, for whom no credentials are found', async () => {
  const credentials: S3Options['credentials'] = async () => {
    throw new Error('no AWS credentials, looked for everywhere')
  }
  const { bucket, store } = await trial([], { credentials })
  const error = await failureOf(bucket.send(get))
  expect(error).toMatchObject({
    unavailable: true,
    message: 'GetObject of a/b in bucket images: no AWS credentials, looked for everywhere',
  })
  expect(store.requests).toEqual([])
})

describe('a clock that is wrong', () => {
  const late = { headers: { date: new Date(trialTime.getTime() + 3_600_000).toUTCString() } }

  test('is set by the store’s, and the request made again at once', async () => {
    const { bucket, store, waits } = await trial([refusal(403, 'RequestTimeTooSkewed', late), answer(200), answer(200)])
    await bucket.send(get)
    await bucket.send(get)
    expect(store.requests.map(({ headers }) => headers['x-amz-date'])).toEqual(['20260301T120000Z', '20260301T130000Z', '20260301T130000Z'])
    expect(waits).toEqual([])
  })

  test('is noticed after HEAD, which cannot say why it was refused', async () => {
    const { bucket, store } = await trial([answer(403, '', late.headers), answer(200)])
    await bucket.send({ ...get, method: 'HEAD' })
    expect(store.requests[1]?.headers['x-amz-date']).toBe('20260301T130000Z')
  })

  test('is set once for a call: a store that refuses then too has another reason', async () => {
    const { bucket, store } = await trial([
      refusal(403, 'RequestTimeTooSkewed', late),
      refusal(403, 'RequestTimeTooSkewed', late),
      answer(200),
    ])
    expect(await failureOf(bucket.send(get))).toMatchObject({ code: 'RequestTimeTooSkewed' })
    expect(store.requests).toHaveLength(2)
  })
})

describe('a signal', () => {
  test('ends a call that waits for its answer', async () => {
    const leaving = new AbortController()
    const { bucket } = await trial([() => leaving.abort(new Error('the client left'))])
    await expect(bucket.send({ ...get, signal: leaving.signal })).rejects.toThrow('the client left')
  })

  test('ends a call that waits for its next attempt', async () => {
    const leaving = new AbortController()
    const stay: Reply = (response, request) => {
      leaving.abort(new Error('the client left'))
      answer(503)(response, request)
    }
    const { bucket, store } = await trial([stay, answer(200)])
    await expect(bucket.send({ ...get, signal: leaving.signal })).rejects.toThrow('the client left')
    expect(store.requests).toHaveLength(1)
  })

  test('ends a body that is being read', async () => {
    const leaving = new AbortController()
    const { bucket } = await trial([response => void response.writeHead(200, { 'content-length': '10' }).write('begun')])
    const { body } = await bucket.open({ ...get, signal: leaving.signal })
    const reading = textOfBody(body)
    leaving.abort(new Error('the client left'))
    await expect(reading).rejects.toThrow('the client left')
  })

  test('that was given before lets nothing be sent', async () => {
    const { bucket, store } = await trial()
    await expect(bucket.send({ ...get, signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
    expect(store.requests).toEqual([])
  })
})

describe('no error says a secret', () => {
  test.each<[string, Reply]>([
    [
      'SignatureDoesNotMatch',
      refusal(403, 'SignatureDoesNotMatch', {
        more: `<StringToSign>x</StringToSign><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>`,
      }),
    ],
    ['ExpiredToken', refusal(400, 'ExpiredToken', { more: '<Token-0>the-token</Token-0>' })],
    ['a page that is no XML', answer(400, '<html>the-token')],
  ])('%s', async (_, reply) => {
    const credentials = async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey, sessionToken: 'the-token' })
    const { bucket } = await trial([reply], { credentials })
    const error = await failureOf(bucket.send(get))
    const told = `${String(error)} ${JSON.stringify(error)}`
    for (const secret of [secretAccessKey, 'the-token', 'StringToSign']) expect(told).not.toContain(secret)
  })
})
