import { describe, expect, test } from 'vitest'
import { type ByteRange, getObject } from '../../../registry-app/src/s3/get-object.ts'
import type { S3Options } from '../../../registry-app/src/s3/options.ts'
import { content, MiB, sha256 } from '../support/bytes.ts'
import { failureOf, present, textOfBody, trial } from './support/trial-bucket.ts'
import { answer, cutShort, type Reply, refusal } from './support/trial-store.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz'
const described = { etag: '"e1"', 'last-modified': 'Sat, 28 Feb 2026 10:11:12 GMT' }
const whole = answer(200, alphabet, described)
const part = (first: number, last: number, of = alphabet): Reply =>
  answer(206, of.slice(first, last + 1), { ...described, 'content-range': `bytes ${first}-${last}/${of.length}` })

test('gives what is known of an object, and its bytes', async () => {
  const { bucket } = await trial([whole])
  const object = await getObject(bucket, 'a/b')
  expect(object).toMatchObject({ size: 26, modified: new Date('2026-02-28T10:11:12Z'), etag: '"e1"' })
  expect(await textOfBody(present(object).body)).toBe(alphabet)
})

test('an object without bytes has an empty body', async () => {
  const { bucket, exchanges } = await trial([answer(200)])
  const object = await getObject(bucket, 'a/b')
  expect(object?.size).toBe(0)
  expect(await textOfBody(present(object).body)).toBe('')
  expect(exchanges).toMatchObject([{ operation: 'GetObject', bytesReceived: 0 }])
})

test('an object that is not there is undefined', async () => {
  const { bucket } = await trial([refusal(404, 'NoSuchKey'), answer(404)])
  expect(await getObject(bucket, 'a/b')).toBeUndefined()
  expect(await getObject(bucket, 'a/b')).toBeUndefined()
})

test('a bucket that is not there is an error', async () => {
  const { bucket } = await trial([refusal(404, 'NoSuchBucket')])
  expect(await failureOf(getObject(bucket, 'a/b'))).toMatchObject({ code: 'NoSuchBucket', status: 404 })
})

describe('a range', () => {
  test.each<[ByteRange, string, Reply]>([
    [{ first: 3, last: 5 }, 'bytes=3-5', part(3, 5)],
    [{ first: 20 }, 'bytes=20-', part(20, 25)],
    [{ first: 20, last: 100 }, 'bytes=20-100', part(20, 25)],
  ])('%j', async (range, header, reply) => {
    const { bucket, store } = await trial([reply])
    const object = await getObject(bucket, 'a/b', { range })
    expect(object?.size).toBe(26)
    expect(await textOfBody(present(object).body)).toBe(alphabet.slice(range.first, (range.last ?? 25) + 1))
    expect(store.requests[0]?.headers.range).toBe(header)
  })

  test.each<[string, Reply[]]>([
    ['the header tells', [refusal(416, 'InvalidRange', { headers: { 'content-range': 'bytes */26' } })]],
    ['the body tells', [refusal(416, 'InvalidRange', { more: '<ActualObjectSize>26</ActualObjectSize>' })]],
    ['is asked for', [answer(416), answer(200, alphabet)]],
  ])('beyond the end is empty, and the size is what %s', async (_, replies) => {
    const { bucket, store } = await trial(replies)
    const object = await getObject(bucket, 'a/b', { range: { first: 99 } })
    expect(object?.size).toBe(26)
    expect(await textOfBody(present(object).body)).toBe('')
    expect(store.requests).toHaveLength(replies.length)
  })

  test('that the store ignores is an error, and no wrong bytes', async () => {
    const { bucket } = await trial([whole])
    const error = await failureOf(getObject(bucket, 'a/b', { range: { first: 3, last: 5 } }))
    expect(String(error)).toContain('the store answered with the bytes 0 to 25, not 3 to 5')
  })
})

describe('a body that breaks', () => {
  test.each(['end', 'reset'] as const)('goes on where it broke, if the object is the same (%s)', async how => {
    const { bucket, store } = await trial([cutShort(200, alphabet, 10, how, described), part(10, 25)])
    const object = await getObject(bucket, 'a/b')
    expect(await textOfBody(present(object).body)).toBe(alphabet)
    expect(store.requests[1]?.headers).toMatchObject({ range: 'bytes=10-25', 'if-match': '"e1"' })
  })

  test('goes on within its range', async () => {
    const begun: Reply = cutShort(206, alphabet.slice(5, 21), 4, 'reset', { ...described, 'content-range': 'bytes 5-20/26' })
    const { bucket, store } = await trial([begun, part(9, 20)])
    const object = await getObject(bucket, 'a/b', { range: { first: 5, last: 20 } })
    expect(await textOfBody(present(object).body)).toBe(alphabet.slice(5, 21))
    expect(store.requests[1]?.headers.range).toBe('bytes=9-20')
  })

  test('goes on again and again, waiting between', async () => {
    const rest = (first: number): Reply =>
      cutShort(206, alphabet.slice(first), 5, 'reset', { ...described, 'content-range': `bytes ${first}-25/26` })
    const { bucket, waits } = await trial([cutShort(200, alphabet, 5, 'reset', described), rest(5), rest(10), rest(15), part(20, 25)])
    const object = await getObject(bucket, 'a/b')
    expect(await textOfBody(present(object).body)).toBe(alphabet)
    expect(waits).toEqual([50, 50, 50, 50])
  })

  test.each<[string, Reply[], Record<string, unknown>]>([
    ['the object has become another', [refusal(412, 'PreconditionFailed')], { code: 'PreconditionFailed' }],
    ['the object has gone', [refusal(404, 'NoSuchKey')], { code: 'NoSuchKey' }],
    ['the store begins anew', [whole], { retry: 'broken' }],
    [
      'it breaks three times in a row at one place',
      Array.from({ length: 3 }, () => cutShort(206, alphabet.slice(10), 0, 'reset', { ...described, 'content-range': 'bytes 10-25/26' })),
      { retry: 'broken', unavailable: true },
    ],
  ])('throws if %s', async (_, replies, error) => {
    const { bucket } = await trial([cutShort(200, alphabet, 10, 'reset', described), ...replies])
    const object = await getObject(bucket, 'a/b')
    expect(await failureOf(textOfBody(present(object).body))).toMatchObject(error)
  })

  test('throws where no ETag tells whether the object is the same', async () => {
    const { bucket, store } = await trial([cutShort(200, alphabet, 10, 'reset')])
    const object = await getObject(bucket, 'a/b')
    expect(await failureOf(textOfBody(present(object).body))).toMatchObject({
      operation: 'GetObject',
      key: 'a/b',
      unavailable: true,
    })
    expect(store.requests).toHaveLength(1)
  })

  test('is noticed when nothing comes for too long', async () => {
    const stalls: Reply = response => void response.writeHead(200, { ...described, 'content-length': '26' }).write(alphabet.slice(0, 10))
    const { bucket } = await trial([stalls, part(10, 25)], { timeouts: { stall: 100 } })
    const object = await getObject(bucket, 'a/b')
    expect(await textOfBody(present(object).body)).toBe(alphabet)
  })
})

test('a body that is not read is given up with its connection', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const endless: Reply = response => {
    response.on('close', resolve)
    response.writeHead(200, { 'content-length': '1000000' }).write('begun')
  }
  const { bucket, exchanges } = await trial([endless])
  const object = await getObject(bucket, 'a/b')
  present(object).close()
  await closed
  expect(exchanges).toMatchObject([{ operation: 'GetObject', status: 200 }])
})

test('a body that is read to its middle is given up with its connection', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const endless: Reply = response => {
    response.on('close', resolve)
    response.writeHead(200, { 'content-length': '1000000' }).write('begun')
  }
  const { bucket } = await trial([endless])
  const object = await getObject(bucket, 'a/b')
  for await (const piece of present(object).body) {
    expect(Buffer.from(piece).toString()).toBe('begun')
    break
  }
  await closed
})

test('a reader who waits is told when somebody else gives the body up', async () => {
  const { bucket, store } = await trial([response => void response.writeHead(200, { ...described, 'content-length': '26' }).write('begun')])
  const object = present(await getObject(bucket, 'a/b'))
  const reading = failureOf(textOfBody(object.body))
  await new Promise(resolve => setTimeout(resolve, 50))
  object.close()
  expect(await reading).toMatchObject({ operation: 'GetObject', key: 'a/b' })
  expect(store.requests).toHaveLength(1)
})

test('a body that is given up while its connection is made again is not fetched', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const { bucket, store } = await trial([
    cutShort(200, alphabet, 10, 'reset', described),
    response => {
      response.on('close', resolve)
      object.close()
      response.writeHead(206, { ...described, 'content-range': 'bytes 10-25/26', 'content-length': '16' }).write('k')
    },
  ])
  const object = present(await getObject(bucket, 'a/b'))
  expect(await failureOf(textOfBody(object.body))).toMatchObject({ operation: 'GetObject' })
  await closed
  expect(store.requests).toHaveLength(2)
})

test('a reader who is slow holds the store back', async () => {
  const size = 64 * 1024 * 1024
  let sent = 0
  const plenty: Reply = response => {
    response.writeHead(200, { 'content-length': String(size) })
    const piece = Buffer.alloc(1024 * 1024)
    const more = () => {
      while (sent < size) {
        sent += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  }
  const { bucket } = await trial([plenty])
  const object = await getObject(bucket, 'a/b')
  await new Promise(resolve => setTimeout(resolve, 300))
  // What the kernel's buffers and ours hold; without a limit it would be everything by now.
  expect(sent).toBeLessThan(size / 2)
  let read = 0
  for await (const piece of present(object).body) read += piece.length
  expect(read).toBe(size)
})

describe('readers who take nothing while others need their connections', () => {
  const large = content(24 * MiB)
  /** A store of one large object, and of small ones under every other key. */
  const served =
    (headers: Record<string, string>): Reply =>
    (response, request) => {
      if (!request.url.includes('large')) return answer(200, 'small', described)(response, request)
      const [, first] = /^bytes=(\d+)-/.exec(String(request.headers.range)) ?? []
      const from = Number(first ?? 0)
      const extent = first === undefined ? {} : { 'content-range': `bytes ${from}-${large.length - 1}/${large.length}` }
      answer(first === undefined ? 200 : 206, large.subarray(from), { ...headers, ...extent })(response, request)
    }

  async function withSlowReaders(headers: Record<string, string>, retries: S3Options['retries']) {
    const { bucket, store } = await trial([], { connections: 2, retries })
    store.replies(...Array.from({ length: 50 }, () => served(headers)))
    const slow = await Promise.all(
      ['large/1', 'large/2'].map(async key => {
        const { body } = present(await getObject(bucket, key))
        const pieces = body[Symbol.asyncIterator]()
        const begun = await pieces.next()
        return { begun: Buffer.from(begun.value ?? []), rest: { [Symbol.asyncIterator]: () => pieces } }
      }),
    )
    return { bucket, store, slow }
  }

  test('give way, and go on where they were when they want more', async () => {
    const { bucket, store, slow } = await withSlowReaders(described, { time: 20_000 })
    expect(await textOfBody(present(await getObject(bucket, 'small')).body)).toBe('small')
    for (const { begun, rest } of slow) {
      const pieces = await Array.fromAsync(rest, piece => Buffer.from(piece))
      expect(sha256(Buffer.concat([begun, ...pieces]))).toBe(sha256(large))
    }
    const resumed = store.requests.filter(({ headers }) => headers.range !== undefined)
    expect(resumed.map(({ headers }) => headers['if-match'])).toEqual(['"e1"'])
  })

  test('all of them, where so many others wait', async () => {
    const { bucket, slow } = await withSlowReaders(described, { time: 20_000 })
    const others = Array.from({ length: 10 }, async () => textOfBody(present(await getObject(bucket, 'small')).body))
    expect(new Set(await Promise.all(others))).toEqual(new Set(['small']))
    for (const { begun, rest } of slow) {
      const pieces = await Array.fromAsync(rest, piece => Buffer.from(piece))
      expect(sha256(Buffer.concat([begun, ...pieces]))).toBe(sha256(large))
    }
  })

  test('keep them where no ETag tells whether the object stays the same', async () => {
    const { bucket, slow } = await withSlowReaders({}, { time: 3000, attempts: 1 })
    expect(await failureOf(getObject(bucket, 'small'))).toMatchObject({
      unavailable: true,
      message: expect.stringContaining('no connection could be had'),
    })
    for (const { rest } of slow) await rest[Symbol.asyncIterator]().return?.()
  })
})
