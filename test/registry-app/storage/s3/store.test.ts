import { describe, expect, test } from 'vitest'
import type { S3Call } from '../../../../registry-app/src/s3/bucket.ts'
import { partMemory } from '../../../../registry-app/src/storage/s3/part-memory.ts'
import { type Incoming, type StoreOf, storeStream } from '../../../../registry-app/src/storage/s3/store.ts'
import { content, failing, KiB, pieces } from '../../support/bytes.ts'
import { away, type FakeBucket, fakeBucket } from './support/fake-bucket.ts'

/** Larger than what a body of unknown length begins with, as every part is. */
const part = 200 * KiB
const memoryLimit = 6 * part

/** @param limit of the memory; one part of it leaves no room to hold what has no name yet */
function trial(limit = memoryLimit) {
  const bucket = fakeBucket()
  const memory = partMemory(limit)
  const store: StoreOf = { bucket, memory, chunkSize: part, wholeUpTo: part, copies: { threshold: 1e9, chunkSize: part, concurrency: 4 } }
  const run = (incoming: Partial<Incoming> & Pick<Incoming, 'body'>) =>
    storeStream(store, { key: 'key', size: undefined, scratch: () => 'scratch', signal: undefined, ...incoming })
  return { bucket, memory, run, isFree: () => isFree(memory) }
}

/** Whether all of it can be had at once. */
async function isFree(memory: ReturnType<typeof partMemory>): Promise<boolean> {
  const nobodyElse = await Promise.race([
    memory.reserve(memoryLimit),
    new Promise<undefined>(resolve => setImmediate(() => resolve(undefined))),
  ])
  nobodyElse?.release()
  return nobodyElse !== undefined
}

const partsOf = (bucket: FakeBucket) =>
  bucket.calls
    .filter(({ operation }) => operation === 'UploadPart')
    .map(({ body = [] }) => body.reduce((sum, { length }) => sum + length, 0))

describe.each([
  ['of known length', true],
  ['of unknown length', false],
])('a body %s', (_, known) => {
  const sizeOf = (body: Uint8Array) => (known ? body.length : undefined)

  test.each([0, 1, 64 * KiB, 64 * KiB + 1, part - 1, part])('of %i bytes is put at once: it fits in one part', async size => {
    const { bucket, run, isFree } = trial()
    const body = content(size)
    expect(await run({ body: pieces(body), size: sizeOf(body) })).toEqual({ key: 'key', size })
    expect(bucket.operations()).toEqual(['PutObject'])
    expect(bucket.objects.get('key')?.equals(body)).toBe(true)
    expect(await isFree()).toBe(true)
  })

  test.each([
    [part + 1, [part, 1]],
    [2 * part, [part, part]],
    [9 * part + 7, [...Array.from({ length: 9 }, () => part), 7]],
  ])('of %i bytes goes in equal parts, and the rest', async (size, parts) => {
    const { bucket, run, isFree } = trial()
    const body = content(size)
    expect(await run({ body: pieces(body, 77_777), size: sizeOf(body) })).toEqual({ key: 'key', size })
    expect(partsOf(bucket)).toEqual(parts)
    expect(bucket.objects.get('key')?.equals(body)).toBe(true)
    expect({ uploads: bucket.uploads.size, free: await isFree() }).toEqual({ uploads: 0, free: true })
  })

  test('under a name that is known in the end lies under the scratch key until then, where there is no memory to hold it, and no longer', async () => {
    const { bucket, run } = trial(part)
    const body = content(3 * part)
    expect(await run({ body: pieces(body), size: sizeOf(body), key: async () => 'its name' })).toEqual({
      key: 'its name',
      size: body.length,
    })
    expect([...bucket.objects.keys()]).toEqual(['its name'])
    expect(bucket.objects.get('its name')?.equals(body)).toBe(true)
    expect(bucket.operations().slice(-3)).toEqual(['CompleteMultipartUpload', 'CopyObject', 'DeleteObject'])
  })

  test('may overwrite each piece as soon as the next is asked for, however slow the store is', async () => {
    const { bucket, run } = trial()
    bucket.before = () => new Promise(resolve => setTimeout(resolve, 5))
    const body = content(8 * part)
    const buffer = Buffer.alloc(50_000)
    async function* reusing() {
      for await (const piece of pieces(body, buffer.length)) {
        buffer.set(piece)
        yield buffer.subarray(0, piece.length)
      }
    }
    await run({ body: reusing(), size: sizeOf(body) })
    expect(bucket.objects.get('key')?.equals(body)).toBe(true)
  })
})

test.each([undefined, 100])('a small body waits for nobody, though all memory for parts is taken (length told: %s)', async size => {
  const { bucket, memory, run } = trial()
  await memory.reserve(memoryLimit)
  await run({ body: pieces(content(100)), size })
  expect(bucket.objects.get('key')?.equals(content(100))).toBe(true)
})

test('a body that is longer than was told is stored all the same', async () => {
  const { bucket, run } = trial()
  const body = content(2 * part + 5)
  expect(await run({ body: pieces(body), size: 10 })).toEqual({ key: 'key', size: body.length })
  expect(bucket.objects.get('key')?.equals(body)).toBe(true)
})

test('no more than four parts of one upload are on their way at once, though there is memory for more', async () => {
  const { bucket, run } = trial()
  let [underWay, most] = [0, 0]
  bucket.before = async ({ operation }) => {
    if (operation !== 'UploadPart') return
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(resolve => setTimeout(resolve, 5))
    underWay -= 1
  }
  await run({ body: pieces(content(20 * part)) })
  expect(most).toBe(4)
})

describe('nothing is left, neither objects nor uploads nor memory in use,', () => {
  const when = (operation: string, partNumber?: string) => (call: S3Call) => {
    if (call.operation === operation && (partNumber === undefined || call.query?.partNumber === partNumber)) throw new Error('it broke')
  }
  const name = async () => 'its name'
  const noName = async () => {
    throw new Error('it broke')
  }

  test.each<[string, Partial<Incoming>, ((call: S3Call) => unknown)?]>([
    ['where the first piece of a body fails', { body: failing(content(0), 'it broke') }],
    ['where a small body fails at its end', { body: failing(content(1000), 'it broke') }],
    ['where a body of known length fails at its end', { body: failing(content(1000), 'it broke'), size: 1000 }],
    ['where a body of several parts fails at its end', { body: failing(content(5 * part), 'it broke') }],
    ['where a body fails in the middle of a part', { body: failing(content(5 * part + 100), 'it broke'), size: 9 * part }],
    ['where a small body gets no name', { body: pieces(content(1000)), key: noName }],
    ['where a body of several parts gets no name', { body: pieces(content(3 * part)), key: noName }],
    ['where it cannot be put', { body: pieces(content(1000)) }, when('PutObject')],
    ['where no upload can be begun', { body: pieces(content(3 * part)) }, when('CreateMultipartUpload')],
    ['where the first part fails', { body: pieces(content(9 * part)) }, when('UploadPart', '1')],
    ['where a later part fails', { body: pieces(content(9 * part)) }, when('UploadPart', '6')],
    ['where the last part fails', { body: pieces(content(9 * part)) }, when('UploadPart', '9')],
    ['where the parts cannot be joined', { body: pieces(content(3 * part)) }, when('CompleteMultipartUpload')],
    ['where the copy to its name fails', { body: pieces(content(3 * part)), key: name }, when('CopyObject')],
  ])('%s', async (_, incoming, before = () => {}) => {
    const { bucket, run, isFree } = trial(part)
    bucket.before = before
    await expect(run({ body: pieces(content(0)), ...incoming })).rejects.toThrow('it broke')
    expect({ objects: [...bucket.objects.keys()], uploads: bucket.uploads.size }).toEqual({ objects: [], uploads: 0 })
    expect(await isFree()).toBe(true)
  })

  test.each([['CreateMultipartUpload'], ['UploadPart']])('where the client leaves during %s', async operation => {
    const { bucket, run, isFree } = trial()
    const leaving = new AbortController()
    bucket.before = async call => {
      if (call.operation !== operation) return
      leaving.abort(new Error('the client left'))
      await new Promise(resolve => setImmediate(resolve))
    }
    await expect(run({ body: pieces(content(5 * part)), signal: leaving.signal })).rejects.toThrow('the client left')
    expect({ objects: bucket.objects.size, uploads: bucket.uploads.size, free: await isFree() }).toEqual({
      objects: 0,
      uploads: 0,
      free: true,
    })
  })

  test('where the client leaves while it waits for memory', async () => {
    const { bucket, memory, run, isFree } = trial()
    const share = await memory.reserve(memoryLimit)
    const leaving = new AbortController()
    const stored = expect(run({ body: pieces(content(5 * part)), signal: leaving.signal })).rejects.toThrow('the client left')
    await new Promise(resolve => setImmediate(resolve))
    leaving.abort(new Error('the client left'))
    await stored
    share.release()
    expect({ calls: bucket.calls.length, free: await isFree() }).toEqual({ calls: 0, free: true })
  })
})

describe('a store that is away', () => {
  const awayFor =
    (...operations: string[]) =>
    async (call: S3Call) => {
      if (operations.includes(call.operation)) throw away(call)
    }

  test.each([
    ['2', 9],
    ['3', 3],
  ])('ends the parts under way with the one that fails, and is not waited for once more: %s of %i', async (failing, count) => {
    const { bucket, run, isFree } = trial()
    bucket.before = call => {
      if (call.operation === 'AbortMultipartUpload') return new Promise(() => {})
      if (call.operation !== 'UploadPart') return undefined
      if (call.query?.partNumber === failing) throw away(call)
      return new Promise(() => {})
    }
    await expect(run({ body: pieces(content(count * part)) })).rejects.toThrow('no answer')
    expect(bucket.operations()).toContain('AbortMultipartUpload')
    expect(await isFree()).toBe(true)
  })

  test('is not waited for to take the scratch object away', async () => {
    const { bucket, run } = trial(part)
    const isAway = awayFor('CopyObject')
    bucket.before = call => (call.operation === 'DeleteObject' ? new Promise(() => {}) : isAway(call))
    await expect(run({ body: pieces(content(3 * part)), key: async () => 'its name' })).rejects.toThrow('no answer')
    expect(bucket.operations()).toContain('DeleteObject')
  })
})

test('many uploads at once, each larger than all the memory, come to their end', async () => {
  const { bucket, run, isFree } = trial()
  const bodies = Array.from({ length: 12 }, (_, index) => content(8 * part + index, index))
  await Promise.all(bodies.map((body, index) => run({ body: pieces(body), key: `key-${index}` })))
  for (const [index, body] of bodies.entries()) expect(bucket.objects.get(`key-${index}`)?.equals(body)).toBe(true)
  expect(await isFree()).toBe(true)
})

test('a body of unknown length that needs more parts than a store takes is refused, with what to set, and leaves nothing', async () => {
  const bucket = fakeBucket()
  const memory = partMemory(memoryLimit)
  const length = 64
  const store: StoreOf = {
    bucket,
    memory,
    chunkSize: length,
    wholeUpTo: length,
    copies: { threshold: 1e9, chunkSize: part, concurrency: 4 },
  }
  const body = pieces(content(length * 10_000 + 1), 64 * KiB)
  await expect(storeStream(store, { body, key: 'key', size: undefined, scratch: () => 'scratch' })).rejects.toThrow(
    'a body of unknown length may have 10000 parts of 64 bytes: raise storage.s3.chunksize',
  )
  expect([bucket.objects.size, bucket.uploads.size, await isFree(memory)]).toEqual([0, 0, true])
})
