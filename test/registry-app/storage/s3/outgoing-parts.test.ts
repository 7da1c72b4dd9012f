import { describe, expect, test } from 'vitest'
import type { S3Bucket, S3Call } from '../../../../registry-app/src/s3/bucket.ts'
import { partMemory, type Share } from '../../../../registry-app/src/storage/s3/part-memory.ts'
import { storeStream } from '../../../../registry-app/src/storage/s3/store.ts'
import { content, MiB, pieces } from '../../support/bytes.ts'

const partLength = 5 * MiB
const wholeUpTo = 3 * partLength

/** A bucket that takes everything, and tells what it was asked. @param during each request */
function trial(uploadMemory: number, during: (call: S3Call) => Promise<void> | void = () => {}) {
  const calls: S3Call[] = []
  const texts: Record<string, string> = {
    CreateMultipartUpload: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
    CompleteMultipartUpload: '<CompleteMultipartUploadResult/>',
    CopyObject: '<CopyObjectResult/>',
  }
  const bucket = {
    name: 'images',
    newObject: {},
    async send(call: S3Call) {
      // What was sent is looked at when it is sent: its memory is used again.
      calls.push({ ...call, body: (call.body ?? []).map(piece => Uint8Array.from(piece)) })
      await during(call)
      return { status: 200, code: undefined, headers: { etag: '"e"' }, text: texts[call.operation] ?? '', repeated: false }
    },
  } as unknown as S3Bucket
  const memory = partMemory(uploadMemory)
  const copies = { threshold: 1024 * MiB, chunkSize: partLength, concurrency: 4 }
  const store = (body: AsyncIterable<Uint8Array>, key: string | (() => Promise<string>), size?: number) =>
    storeStream({ bucket, memory, chunkSize: partLength, wholeUpTo, copies }, { body, key, size, scratch: () => 'scratch' })
  const asked = () => calls.map(({ operation, key }) => `${operation} ${key}`)
  const sent = (key: string) =>
    Buffer.concat(
      calls
        .filter(call => call.key === key && ['UploadPart', 'PutObject'].includes(call.operation))
        .sort((one, other) => Number(one.query?.partNumber ?? 0) - Number(other.query?.partNumber ?? 0))
        .flatMap(({ body }) => body ?? []),
    )
  return { store, memory, asked, sent, calls }
}

const lengthsOf = (calls: readonly S3Call[]) =>
  calls.filter(({ operation }) => operation === 'UploadPart').map(({ body }) => Buffer.concat(body ?? []).length)

/** All of it, and then nothing, until it is told to go on, or to fail. */
function stalling(whole: Uint8Array) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const body = (async function* () {
    yield* pieces(whole)
    await promise
  })()
  return { body, goOn: resolve, fail: reject }
}

const named = async () => 'blobs/named'

describe('a body whose name is known when it has ended', () => {
  test.each([0, 1, 64 * 1024, 64 * 1024 + 1, partLength, partLength + 1, wholeUpTo])('of %i bytes is put at once', async size => {
    const { store, asked, sent } = trial(64 * MiB)
    expect(await store(pieces(content(size)), named)).toEqual({ key: 'blobs/named', size })
    expect(asked()).toEqual(['PutObject blobs/named'])
    expect(sent('blobs/named').equals(content(size))).toBe(true)
  })

  test('is held while there is memory, and goes in equal parts where it belongs', async () => {
    const { store, asked, sent, calls } = trial(64 * MiB)
    const whole = content(3 * partLength + 7)
    await store(pieces(whole), named)
    expect(asked()).toEqual([
      'CreateMultipartUpload blobs/named',
      ...Array.from({ length: 4 }, () => 'UploadPart blobs/named'),
      'CompleteMultipartUpload blobs/named',
    ])
    expect(sent('blobs/named').equals(whole)).toBe(true)
    expect(lengthsOf(calls)).toEqual([partLength, partLength, partLength, 7])
  })

  test('goes in parts that are larger where it was held whole: no more than four of them, equal but for the last', async () => {
    const { store, sent, calls } = trial(64 * MiB)
    const whole = content(8 * partLength + 7)
    await store(pieces(whole), named)
    expect(sent('blobs/named').equals(whole)).toBe(true)
    expect(lengthsOf(calls)).toEqual([11 * MiB, 11 * MiB, 11 * MiB, 7 * MiB + 7])
  })

  test('goes in two parts while another upload has memory too', async () => {
    const { store, memory, sent, calls } = trial(64 * MiB)
    const other = await memory.reserve(1)
    const whole = content(8 * partLength + 7)
    await store(pieces(whole), named)
    expect(sent('blobs/named').equals(whole)).toBe(true)
    expect(lengthsOf(calls)).toEqual([21 * MiB, 19 * MiB + 7])
    other.release()
  })

  test('of which a part is refused leaves nothing, and its memory is free', async () => {
    let answers = 0
    const { store, memory, asked } = trial(64 * MiB, () => {
      answers += 1
      if (answers === 3) throw new Error('refused')
    })
    await expect(store(pieces(content(3 * partLength + 7)), named)).rejects.toThrow('refused')
    expect(asked().filter(call => call.startsWith('Abort'))).toEqual(['AbortMultipartUpload blobs/named'])
    expect(asked().at(-1)).toBe('AbortMultipartUpload blobs/named')
    expect(memory.state()).toMatchObject({ used: 0, waiting: 0 })
  })

  test('goes to the scratch key and is copied from there when there is no memory to hold it', async () => {
    const { store, asked, sent } = trial(partLength)
    const whole = content(2 * partLength + 7)
    await store(pieces(whole), named)
    expect(asked()).toEqual([
      'CreateMultipartUpload scratch',
      ...Array.from({ length: 3 }, () => 'UploadPart scratch'),
      'CompleteMultipartUpload scratch',
      'CopyObject blobs/named',
      'DeleteObject scratch',
    ])
    expect(sent('scratch').equals(whole)).toBe(true)
  })

  test('is sent on soon after somebody else had to wait for memory, if its sender says nothing more', async () => {
    const { store, memory, asked, sent } = trial(2 * partLength)
    const whole = content(partLength + 7)
    let goOn: (() => void) | undefined
    const body = (async function* () {
      yield* pieces(whole)
      await new Promise<void>(resolve => {
        goOn = resolve
      })
    })()
    const storing = store(body, named)
    await expect.poll(() => goOn).toBeDefined()
    expect(asked()).toEqual([])

    const other = await memory.reserve(partLength)
    expect(asked()).toEqual(['CreateMultipartUpload scratch', 'UploadPart scratch'])
    other.release()
    goOn?.()
    await storing
    expect(sent('scratch').equals(whole)).toBe(true)
    expect(asked().at(-1)).toBe('DeleteObject scratch')
  })

  test('is held with all that came at once: they wait for one another, and none is stored first and copied then', async () => {
    const { store, asked, sent } = trial(64 * MiB)
    const bodies = Array.from({ length: 9 }, (_, index) => content(3 * partLength - index, index + 1))
    await Promise.all(bodies.map((body, index) => store(pieces(body), async () => `blobs/${index}`)))
    for (const [index, body] of bodies.entries()) expect(sent(`blobs/${index}`).equals(body)).toBe(true)
    expect(asked().filter(call => call.includes('scratch'))).toEqual([])
  })

  test.each([
    ['a small one', 6, 1, 6],
    ['one that was held', 12, 3, 10],
    ['a part of a large one', 6, 4, 6],
  ])('waits for %s that is on its way to the store, rather than be stored first and copied then', async (_, room, others, own) => {
    let [goOn, isGoing] = [() => {}, false]
    const slow = new Promise<void>(resolve => {
      goOn = resolve
    })
    const { store, memory, asked } = trial(room * partLength, () => (isGoing ? undefined : slow))
    const other = store(pieces(content(others * partLength)), 'blobs/other', others * partLength)
    await expect.poll(asked).toHaveLength(1)
    const held = store(pieces(content(own * partLength)), named)
    await expect.poll(() => memory.state().waiting).toBe(1)
    isGoing = true
    goOn()
    await Promise.all([other, held])
    expect(asked().filter(call => call.includes('scratch'))).toEqual([])
  })

  test('that cannot be sent on gives its memory back at once, though its sender says nothing more', async () => {
    const { store, memory, asked } = trial(4 * partLength, () => {
      throw new Error('refused')
    })
    const { body, goOn } = stalling(content(3 * partLength + 7))
    const storing = store(body, named)
    await expect.poll(() => memory.state().used).toBe(4 * partLength)
    const other = await memory.reserve(3 * partLength)
    expect(asked()).toEqual(['CreateMultipartUpload scratch'])
    other.release()
    goOn()
    await expect(storing).rejects.toThrow('refused')
    expect(memory.state()).toMatchObject({ used: 0, waiting: 0 })
  })

  test('of which parts are on their way when it fails has no further one sent', async () => {
    const open: (() => void)[] = []
    const { store, memory, asked } = trial(12 * partLength, ({ operation }) =>
      operation === 'UploadPart' ? new Promise(resolve => open.push(resolve)) : undefined,
    )
    const { body, fail } = stalling(content(8 * partLength + 7))
    const storing = store(body, named)
    await expect.poll(() => memory.state().used).toBe(9 * partLength)
    const other = memory.reserve(6 * partLength)
    await expect.poll(() => open.length, { timeout: 5000 }).toBe(4)
    fail(new Error('the client left'))
    await new Promise(setImmediate)
    for (const go of open) go()
    await expect(storing).rejects.toThrow('the client left')
    expect(asked().slice(-2)).toEqual(['UploadPart scratch', 'AbortMultipartUpload scratch'])
    expect(open).toHaveLength(4)
    await other
  })

  test('that has no name in the end leaves nothing: nothing was sent, and its memory is free', async () => {
    const { store, memory, asked } = trial(2 * partLength)
    const refused = store(pieces(content(partLength + 7)), async () => Promise.reject(new Error('wrong digest')))
    await expect(refused).rejects.toThrow('wrong digest')
    expect(asked()).toEqual([])
    const all = await memory.reserve(2 * partLength)
    expect(all.capacity).toBe(2 * partLength)
  })

  test('that has no name in the end leaves nothing, though somebody has to wait for memory at that moment', async () => {
    const { store, memory, asked } = trial(2 * partLength)
    let other: Promise<Share> | undefined
    const refused = store(pieces(content(partLength + 7)), () => {
      const refusal = Promise.reject(new Error('wrong digest'))
      refusal
        .catch(() => {})
        .then(() => {
          other = memory.reserve(partLength)
        })
      return refusal
    })
    await expect(refused).rejects.toThrow('wrong digest')
    expect((await other)?.capacity).toBe(partLength)
    await new Promise(setImmediate)
    expect(asked()).toEqual([])
  })

  test('that was sent already is aborted when it has no name in the end', async () => {
    const { store, memory, asked } = trial(partLength)
    const refused = store(pieces(content(2 * partLength)), async () => Promise.reject(new Error('wrong digest')))
    await expect(refused).rejects.toThrow('wrong digest')
    expect(asked().at(-1)).toBe('AbortMultipartUpload scratch')
    expect((await memory.reserve(partLength)).capacity).toBe(partLength)
  })
})

describe('a body whose name is known from the start', () => {
  const sentBeforeItsEnd = (asked: () => string[]) =>
    (async function* () {
      yield* pieces(content(partLength + 1))
      await expect.poll(asked).toEqual(['CreateMultipartUpload blobs/known', 'UploadPart blobs/known'])
    })()

  test.each([
    ['of unknown length', undefined],
    ['that is large', wholeUpTo + 1],
  ])('and %s is never held', async (_, size) => {
    const { store, asked } = trial(64 * MiB)
    await store(sentBeforeItsEnd(asked), 'blobs/known', size)
    expect(asked().at(-1)).toBe('CompleteMultipartUpload blobs/known')
  })

  test.each([partLength + 1, wholeUpTo])('and of %i bytes, as it says, is put at once', async size => {
    const { store, asked, sent } = trial(64 * MiB)
    await store(pieces(content(size)), 'blobs/known', size)
    expect(asked()).toEqual(['PutObject blobs/known'])
    expect(sent('blobs/known').equals(content(size))).toBe(true)
  })

  test('goes in larger parts, equal but for the last, while memory is ample', async () => {
    const { store, sent, calls } = trial(64 * MiB)
    const whole = content(40 * MiB + 7)
    await store(pieces(whole), 'blobs/known', whole.length)
    expect(lengthsOf(calls)).toEqual([11 * MiB, 11 * MiB, 11 * MiB, 7 * MiB + 7])
    expect(sent('blobs/known').equals(whole)).toBe(true)
  })

  test.each([
    ['others hold much of it', 32 * MiB],
    ['others hold all of it', 64 * MiB],
  ])('goes in the usual ones where %s', async (_, taken) => {
    const { store, memory, calls } = trial(64 * MiB)
    const others = await memory.reserve(taken)
    const storing = store(pieces(content(40 * MiB + 7)), 'blobs/known', 40 * MiB + 7)
    others.release()
    await storing
    expect(lengthsOf(calls)).toEqual([...Array.from({ length: 8 }, () => partLength), 7])
  })

  test('goes in parts where there is no memory to hold it', async () => {
    const { store, asked } = trial(partLength)
    await store(sentBeforeItsEnd(asked), 'blobs/known', partLength + 1)
    expect(asked().at(-1)).toBe('CompleteMultipartUpload blobs/known')
  })

  test('is sent on where it belongs as soon as somebody else has to wait for memory', async () => {
    const { store, memory, asked } = trial(2 * partLength)
    const storing = store(sentBeforeItsEnd(asked), 'blobs/known', partLength + 1)
    const other = memory.reserve(partLength)
    await storing
    expect(asked()).not.toContain('PutObject blobs/known')
    other.then(share => share.release())
  })
})

test('who has to wait while a body is put whole changes nothing of it, and is let in afterwards', async () => {
  let waited: Promise<unknown> | undefined
  const { store, memory, asked } = trial(2 * partLength, () => {
    waited = memory.reserve(2 * partLength)
  })
  await store(pieces(content(2 * partLength)), named)
  expect(await waited).toMatchObject({ capacity: 2 * partLength })
  expect(asked()).toEqual(['PutObject blobs/named'])
})
